package dev.rhizome.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.bulk.BatchWriter.Result;
import dev.rhizome.bulk.BulkItem;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.problem.Conflict;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.problem.Overloaded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What becomes of each line of a bulk. */
class BulkRunTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private record Item(String key) implements BulkItem {

        static Item of(byte[] line) {
            String text = new String(line, UTF_8);
            if (text.equals("bad")) {
                throw InvalidRequest.of("id", "bad", "a good one");
            }
            return new Item(text);
        }
    }

    private final Closing closing = new Closing();
    private final List<List<String>> written = new ArrayList<>();
    private Result outcome = Result.of(Outcome.CREATED);
    private final BulkRun<Item> run = new BulkRun<>(Item::of, this::write, closing);

    private Mono<List<Result>> write(List<Item> batch) {
        written.add(batch.stream().map(Item::key).toList());
        return Mono.just(batch.stream().map(item -> outcome).toList());
    }

    private static List<NdjsonLines.Line> lines(String... texts) {
        List<NdjsonLines.Line> lines = new ArrayList<>();
        for (String text : texts) {
            lines.add(new NdjsonLines.Line(lines.size() + 1, text.getBytes(UTF_8), null));
        }
        return lines;
    }

    private List<BulkRun.Answered> answers(List<NdjsonLines.Line> lines) {
        List<BulkRun.Answered> answers = new ArrayList<>();
        run.parsed(lines)
                .forEach(batch -> answers.addAll(
                        Objects.requireNonNullElse(run.write(batch).block(LIMIT), List.of())));
        return answers;
    }

    private static @Nullable Throwable problem(BulkRun.Answered answer) {
        return answer.result().problem();
    }

    @Test
    void eachLineIsAnsweredByItsNumberWhateverBecomesOfItsNeighbours() {
        List<BulkRun.Answered> answers = answers(lines("a", "bad", "b"));

        assertThat(answers).extracting(BulkRun.Answered::number).containsExactly(1L, 2L, 3L);
        assertThat(answers).extracting(BulkRun.Answered::id).containsExactly("a", null, "b");
        assertThat(problem(answers.get(1))).isInstanceOf(InvalidRequest.class);
        assertThat(answers.get(2).result().outcome()).isEqualTo(Outcome.CREATED);
        assertThat(written).containsExactly(List.of("a", "b"));
        assertThat(run.next()).isEqualTo(4);
    }

    @Test
    void aLineThatCouldNotBeReadIsAnsweredWithWhy() {
        InvalidRequest tooLong = InvalidRequest.of("line", "too long", "less");

        List<BulkRun.Answered> answers = answers(List.of(new NdjsonLines.Line(7, null, tooLong)));

        assertThat(answers).hasSize(1);
        assertThat(problem(answers.getFirst())).isSameAs(tooLong);
        assertThat(written).isEmpty();
        assertThat(run.next()).isEqualTo(8);
    }

    @Test
    void theSameKeyAgainBeginsANewBatch() {
        assertThat(answers(lines("a", "b", "a", "c", "a"))).hasSize(5);

        assertThat(written).containsExactly(List.of("a", "b"), List.of("a", "c"), List.of("a"));
    }

    @Test
    void withoutCapacityTheLinesThatFollowAtOnceAreNotTried() {
        Overloaded full = new Overloaded("full", Duration.ofMinutes(1));
        outcome = Result.of(full);
        assertThat(problem(answers(lines("a")).getFirst())).isSameAs(full);
        outcome = Result.of(Outcome.CREATED);

        assertThat(answers(lines("b", "bad")))
                .extracting(BulkRunTest::problem)
                .hasSize(2)
                .first()
                .isSameAs(full);
        assertThat(written).containsExactly(List.of("a"));
    }

    @Test
    void whenARetryIsWorthItTheyAreTriedAgain() {
        outcome = Result.of(new Overloaded("full", Duration.ZERO));
        assertThat(answers(lines("a"))).hasSize(1);
        outcome = Result.of(Outcome.UPDATED);

        assertThat(answers(lines("b")).getFirst().result().outcome()).isEqualTo(Outcome.UPDATED);
        assertThat(written).containsExactly(List.of("a"), List.of("b"));
    }

    @Test
    void anotherProblemThanCapacityStopsNothing() {
        outcome = Result.of(new Conflict("taken"));
        assertThat(answers(lines("a", "b"))).hasSize(2);

        assertThat(answers(lines("c"))).hasSize(1);
        assertThat(written).containsExactly(List.of("a", "b"), List.of("c"));
    }

    @Test
    void whenTheServiceStopsNoMoreBatchesAreWritten() {
        assertThat(answers(lines("a", "b"))).hasSize(2);
        assertThat(run.isStopped()).isFalse();

        closing.endStreams();

        assertThat(answers(lines("c"))).isEmpty();
        assertThat(run.isStopped()).isTrue();
        assertThat(run.next()).isEqualTo(3);
        assertThat(written).containsExactly(List.of("a", "b"));
    }

    @Test
    void whoWaitsForTheStopIsTold() {
        Mono<Void> stop = run.stop();
        closing.endStreams();

        assertThat(stop.thenReturn(true).block(LIMIT)).isTrue();
        assertThat(run.isStopped()).isTrue();
    }
}
