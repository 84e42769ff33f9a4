package dev.rhizome.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.ledger.ChainWalk.Ends;
import dev.rhizome.ledger.ChainWalk.Range;
import dev.rhizome.ledger.Flaw.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** A chain that is read page by page is verified from where it begins to where it ends, and no further than it has to be. */
class ChainWalkTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Range ALL = new Range(1, Long.MAX_VALUE);

    /** An entry that is bound to the one before by saying its name. */
    private record Note(long sequence, String link, String before) implements LedgerEntry {

        @Override
        public String id() {
            return "note " + sequence;
        }

        static Note of(long sequence) {
            return new Note(sequence, "link " + sequence, link(sequence - 1));
        }

        static String link(long sequence) {
            return sequence == 0 ? ChainPosition.BEGINNING.link() : "link " + sequence;
        }
    }

    private static final class Format implements LedgerFormat<Note> {

        @Override
        public UUID tenant() {
            return new UUID(1, 1);
        }

        @Override
        public Seal seal() {
            return HmacSeal.derived(new byte[] {1}, List.of(), new byte[] {2});
        }

        @Override
        public int checkpointVersion() {
            return 1;
        }

        @Override
        public byte[] bytesOf(Checkpoint checkpoint) {
            return new byte[] {(byte) checkpoint.sequence()};
        }

        @Override
        public @Nullable Flaw flaw(Note note, @Nullable String previous) {
            return previous == null || note.before().equals(previous) ? null : new Flaw(Kind.CHANGED, "changed");
        }

        @Override
        public @Nullable Flaw flaw(Note note) {
            return null;
        }
    }

    /** Pages of two of the notes that are there. */
    private static final class Stored implements ChainSource<Note> {

        private final List<Note> notes;
        private final List<Long> asked = new ArrayList<>();

        Stored(List<Note> notes) {
            this.notes = notes;
        }

        @Override
        public Mono<Note> at(long sequence) {
            return Mono.justOrEmpty(
                    notes.stream().filter(note -> note.sequence() == sequence).findFirst());
        }

        @Override
        public Mono<Page<Note>> page(long after, long to) {
            asked.add(after);
            List<Note> page = notes.stream()
                    .filter(note -> note.sequence() > after && note.sequence() <= to)
                    .limit(2)
                    .toList();
            return Mono.just(new Page<>(
                    page, List.of(), null, page.isEmpty() ? to : page.getLast().sequence()));
        }
    }

    private static List<Note> notes(int from, int to) {
        return new ArrayList<>(
                IntStream.rangeClosed(from, to).mapToObj(Note::of).toList());
    }

    private static Ends ends(long beginning, long end) {
        return new Ends(at(beginning), at(end));
    }

    private static ChainPosition at(long sequence) {
        return new ChainPosition(sequence, Note.link(sequence));
    }

    private static ChainWalk<Note> walk(Stored source, Range range, Ends ends) {
        return Objects.requireNonNull(
                ChainWalk.begin(source, new Format(), range, ends).block(LIMIT));
    }

    private static Verdict verdict(ChainWalk<Note> walk) {
        assertThat(walk.positions().collectList().block(LIMIT)).isNotNull();
        return walk.verifier().verdict();
    }

    private static void finds(ChainWalk<Note> walk, long sequence, Kind kind) {
        Verdict.Finding finding = Objects.requireNonNull(verdict(walk).finding());

        assertThat(finding.sequence()).isEqualTo(sequence);
        assertThat(finding.flaw().kind()).isEqualTo(kind);
    }

    @Test
    void aWholeChainIsReadPageByPageAndValid() {
        Stored source = new Stored(notes(1, 5));
        ChainWalk<Note> walk = walk(source, ALL, ends(0, 5));

        assertThat(walk.isToTheEnd()).isTrue();
        assertThat(walk.range()).isEqualTo(new Range(1, 5));
        assertThat(walk.positions().collectList().block(LIMIT)).containsExactly(2L, 4L, 5L);
        assertThat(walk.verifier().verdict()).isEqualTo(new Verdict(5, 5, 0, 0, null));
        assertThat(source.asked).containsExactly(0L, 2L, 4L);
    }

    @Test
    void aRangeIsVerifiedFromTheEntryInFrontOfIt() {
        ChainWalk<Note> walk = walk(new Stored(notes(1, 6)), new Range(3, 4), ends(0, 6));

        assertThat(walk.isToTheEnd()).isFalse();
        assertThat(verdict(walk)).isEqualTo(new Verdict(2, 2, 0, 0, null));
    }

    @Test
    void aRangeWhoseEntryInFrontIsGoneIsFound() {
        List<Note> notes = notes(1, 6);
        notes.remove(2);

        finds(walk(new Stored(notes), new Range(4, 6), ends(0, 6)), 3, Kind.MISSING);
    }

    @Test
    void aTruncatedChainBeginsBehindItsPoint() {
        ChainWalk<Note> walk = walk(new Stored(notes(4, 6)), ALL, ends(3, 6));

        assertThat(walk.range()).isEqualTo(new Range(4, 6));
        assertThat(verdict(walk)).isEqualTo(new Verdict(3, 3, 0, 0, null));
    }

    @Test
    void anEntryThatIsGoneIsFoundWhereverItStood() {
        for (int gone = 1; gone <= 5; gone++) {
            List<Note> notes = notes(1, 5);
            notes.remove(gone - 1);

            finds(walk(new Stored(notes), ALL, ends(0, 5)), gone, Kind.MISSING);
        }
    }

    @Test
    void anotherEndThanTheChainsRowSaysIsFound() {
        Ends ends = new Ends(ChainPosition.BEGINNING, new ChainPosition(3, "another"));

        finds(walk(new Stored(notes(1, 3)), ALL, ends), 3, Kind.CHECKPOINT);
    }

    @Test
    void nothingIsReadOnceTheVerdictIsDecided() {
        List<Note> notes = notes(1, 9);
        notes.set(1, new Note(2, "link 2", "another"));
        Stored source = new Stored(notes);

        finds(walk(source, ALL, ends(0, 9)), 2, Kind.CHANGED);
        assertThat(source.asked).containsExactly(0L);
    }

    @Test
    void anEmptyChainIsValidAndNothingIsRead() {
        Stored source = new Stored(List.of());

        assertThat(verdict(walk(source, ALL, ends(0, 0))).valid()).isTrue();
        assertThat(source.asked).isEmpty();
    }
}
