package dev.rhizome.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.bulk.BatchWriter.Result;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.problem.Overloaded;
import dev.rhizome.testing.Awaited;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** What becomes of each item of a batch when some of them cannot be written. */
class SplittingWriterTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private record Item(String key) implements BulkItem {}

    /** Writes all of a batch or nothing, as a transaction does, and remembers the batches it was given. */
    private static class AllOrNothing implements BatchWriter<Item> {
        private final Set<String> bad;
        private final RuntimeException problem;
        private final List<List<String>> batches = new ArrayList<>();

        AllOrNothing(Set<String> bad, RuntimeException problem) {
            this.bad = bad;
            this.problem = problem;
        }

        @Override
        public Mono<List<Result>> write(List<Item> batch) {
            batches.add(batch.stream().map(Item::key).toList());
            return batch.stream().map(Item::key).anyMatch(bad::contains)
                    ? Mono.error(problem)
                    : Mono.just(batch.stream()
                            .map(item -> Result.of(item.key().endsWith("u") ? Outcome.UPDATED : Outcome.CREATED))
                            .toList());
        }
    }

    @SuppressWarnings("StaticAssignmentOfThrowable") // compared by identity
    private static final InvalidRequest BAD = InvalidRequest.of("name", "bad", "good");

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 99, 128, 249})
    void oneBadItemCostsOneItemWhereverItStands(int place) {
        AllOrNothing writer = new AllOrNothing(Set.of("k" + place), BAD);

        List<Result> results = written(writer, keys(250));

        for (int i = 0; i < 250; i++) {
            assertThat(results.get(i)).isEqualTo(i == place ? Result.of(BAD) : Result.of(Outcome.CREATED));
        }
        assertThat(writer.batches).hasSizeLessThan(20);
    }

    @Test
    void aBatchOfBadItemsIsAnsweredItemByItem() {
        List<String> keys = keys(7);

        assertThat(written(new AllOrNothing(Set.copyOf(keys), BAD), keys))
                .containsOnly(Result.of(BAD))
                .hasSize(7);
    }

    @Test
    void rowsAreWrittenInTheOrderOfTheirKeysAndAnsweredInTheOrderSent() {
        AllOrNothing writer = new AllOrNothing(Set.of(), BAD);

        List<Result> results = written(writer, List.of("c", "a-u", "d", "b"));

        assertThat(writer.batches).containsExactly(List.of("a-u", "b", "c", "d"));
        assertThat(results)
                .containsExactly(
                        Result.of(Outcome.CREATED),
                        Result.of(Outcome.UPDATED),
                        Result.of(Outcome.CREATED),
                        Result.of(Outcome.CREATED));
    }

    @Test
    void aWriterThatNeedsTheOrderSentGetsIt() {
        AllOrNothing writer = new AllOrNothing(Set.of("b"), BAD) {
            @Override
            public boolean isOrdered() {
                return true;
            }
        };

        List<Result> results = written(writer, List.of("c", "b", "a"));

        assertThat(writer.batches).startsWith(List.of("c", "b", "a"), List.of("c"));
        assertThat(results.get(1)).isEqualTo(Result.of(BAD));
    }

    @Test
    void aProblemThatIsNotTheItemsIsNotSplit() {
        Overloaded problem = new Overloaded("the database is not reachable", Duration.ofSeconds(1));
        AllOrNothing writer = new AllOrNothing(Set.of("k0"), problem);

        assertThat(written(writer, keys(250))).containsOnly(Result.of(problem)).hasSize(250);
        assertThat(writer.batches).hasSize(1);
    }

    @Test
    void aWriterThatThrowsIsAnsweredToo() {
        IllegalStateException bug = new IllegalStateException("a bug");

        assertThat(written(
                        batch -> {
                            throw bug;
                        },
                        keys(2)))
                .containsExactly(Result.of(bug), Result.of(bug));
    }

    private static List<String> keys(int count) {
        return IntStream.range(0, count).mapToObj(i -> "k" + i).toList();
    }

    private static List<Result> written(BatchWriter<Item> writer, List<String> keys) {
        List<Result> results = new ArrayList<>();
        new SplittingWriter<>(writer, InvalidRequest.class::isInstance)
                .write(keys.stream().map(Item::new).toList())
                .as(Awaited::create)
                .consumeNextWith(results::addAll)
                .expectComplete()
                .verify(LIMIT);
        return results;
    }
}
