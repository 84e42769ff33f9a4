package dev.rhizome.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.integrity.CanonicalEncoding;
import dev.rhizome.ledger.Flaw.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the verifier finds in a chain, whichever seal the chain has. */
class LedgerVerifierTest {

    private static final UUID TENANT = new UUID(1, 1);
    private static final Instant NOW = Instant.parse("2026-02-01T00:00:00Z");

    static Stream<Seal> seals() {
        return Stream.of(
                HmacSeal.derived(new byte[] {1, 2, 3}, List.of(), new byte[] {4}),
                Ed25519Seal.signing(SigningKey.create(), List.of()));
    }

    /** An entry whose link is its seal. */
    private record Note(long sequence, String text, String link, boolean lacksPayload, List<Long> erases)
            implements LedgerEntry {

        @Override
        public String id() {
            return "note " + sequence;
        }

        Note with(String other) {
            return new Note(sequence, other, link, lacksPayload, erases);
        }

        Note at(long place) {
            return new Note(place, text, link, lacksPayload, erases);
        }
    }

    private record Format(Seal seal) implements LedgerFormat<Note> {

        @Override
        public UUID tenant() {
            return TENANT;
        }

        @Override
        public int checkpointVersion() {
            return 1;
        }

        @Override
        public byte[] bytesOf(Checkpoint checkpoint) {
            return new CanonicalEncoding("test.checkpoint", 1)
                    .integer(checkpoint.sequence())
                    .text(checkpoint.link())
                    .toBytes();
        }

        private byte[] bytesOf(Note note, String previous) {
            return new CanonicalEncoding("test.note", 1)
                    .integer(note.sequence())
                    .text(note.text())
                    .text(previous)
                    .toBytes();
        }

        @Override
        public @Nullable Flaw flaw(Note note, @Nullable String previous) {
            return previous == null
                            || seal.check(seal.keyId(), bytesOf(note, previous), note.link()) == Seal.Check.VALID
                    ? null
                    : new Flaw(Kind.CHANGED, "changed");
        }

        @Override
        public @Nullable Flaw flaw(Note note) {
            return null;
        }

        Note next(ChainPosition before, boolean lacksPayload, List<Long> erases) {
            Note unsealed = new Note(before.sequence() + 1, "text", "", lacksPayload, erases);
            return new Note(
                    unsealed.sequence(),
                    unsealed.text(),
                    seal.seal(bytesOf(unsealed, before.link())),
                    lacksPayload,
                    erases);
        }
    }

    /** Six notes, of which the second lacks its payload, which the fifth says to have erased. */
    private static List<Note> chain(Format format) {
        ChainExtension<Note> chain = new ChainExtension<>(ChainPosition.BEGINNING);
        for (int sequence = 1; sequence <= 6; sequence++) {
            boolean lacksPayload = sequence == 2;
            List<Long> erases = sequence == 5 ? List.of(2L) : List.of();
            chain.add(before -> format.next(before, lacksPayload, erases));
        }
        return new ArrayList<>(chain.entries());
    }

    private static LedgerVerifier<Note> verified(Format format, List<Note> notes) {
        LedgerVerifier<Note> verifier = new LedgerVerifier<>(format, 0, null);
        notes.forEach(verifier::entry);
        return verifier;
    }

    private static void finds(LedgerVerifier<Note> verifier, long sequence, Kind kind) {
        Verdict.Finding finding = Objects.requireNonNull(verifier.verdict().finding());

        assertThat(finding.sequence()).isEqualTo(sequence);
        assertThat(finding.flaw().kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @MethodSource("seals")
    void anUntouchedChainIsValid(Seal seal) {
        Format format = new Format(seal);
        List<Note> notes = chain(format);
        LedgerVerifier<Note> verifier = verified(format, notes);
        verifier.checkpoint(format.checkpoint(ChainPosition.of(notes.getLast()), NOW));
        verifier.mustReach(6);
        verifier.endsWith(ChainPosition.of(notes.getLast()));

        assertThat(verifier.verdict()).isEqualTo(new Verdict(6, 6, 1, 1, null));
    }

    @ParameterizedTest
    @MethodSource("seals")
    void anEntryThatWasChangedRemovedRepeatedOrMovedIsFound(Seal seal) {
        Format format = new Format(seal);
        List<Note> changed = chain(format);
        changed.set(3, changed.get(3).with("other"));
        List<Note> removed = chain(format);
        removed.remove(2);
        List<Note> repeated = chain(format);
        repeated.add(4, repeated.get(3));
        List<Note> moved = chain(format);
        moved.set(3, moved.get(4).at(4));

        finds(verified(format, changed), 4, Kind.CHANGED);
        finds(verified(format, removed), 3, Kind.MISSING);
        finds(verified(format, repeated), 4, Kind.DUPLICATE);
        finds(verified(format, moved), 4, Kind.CHANGED);
    }

    @ParameterizedTest
    @MethodSource("seals")
    void aTailThatWasCutIsFoundByACheckpointOrByTheEnd(Seal seal) {
        Format format = new Format(seal);
        List<Note> notes = chain(format);
        List<Note> cut = notes.subList(0, 5);
        LedgerVerifier<Note> byCheckpoint = verified(format, cut);
        byCheckpoint.checkpoint(format.checkpoint(ChainPosition.of(notes.getLast()), NOW));
        LedgerVerifier<Note> byEnd = verified(format, cut);
        byEnd.mustReach(6);

        finds(byCheckpoint, 6, Kind.MISSING);
        finds(byEnd, 6, Kind.MISSING);
    }

    @ParameterizedTest
    @MethodSource("seals")
    void aCheckpointOfAnotherEntryOrOfAnotherKeyIsFound(Seal seal) {
        Format format = new Format(seal);
        List<Note> notes = chain(format);
        LedgerVerifier<Note> another = verified(format, notes);
        another.checkpoint(
                format.checkpoint(new ChainPosition(6, notes.getFirst().link()), NOW));
        LedgerVerifier<Note> strangers = verified(format, notes);
        strangers.checkpoint(new Format(HmacSeal.derived(new byte[] {9}, List.of(), new byte[] {4}))
                .checkpoint(ChainPosition.of(notes.getLast()), NOW));

        finds(another, 6, Kind.CHECKPOINT);
        finds(strangers, 6, Kind.CHECKPOINT);
    }

    @ParameterizedTest
    @MethodSource("seals")
    void aPayloadThatIsGoneNeedsAnErasure(Seal seal) {
        Format format = new Format(seal);
        List<Note> notes = chain(format);
        LedgerVerifier<Note> unaccounted = verified(format, notes.subList(0, 4));
        LedgerVerifier<Note> accounted = verified(format, notes.subList(0, 4));
        accounted.erasure(notes.get(4));

        finds(unaccounted, 2, Kind.CHANGED);
        assertThat(accounted.verdict().valid()).isTrue();
        assertThat(accounted.verdict().erased()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("seals")
    void aChainThatWasTruncatedMeanwhileGoesOnBehindThePoint(Seal seal) {
        Format format = new Format(seal);
        List<Note> notes = chain(format);
        LedgerVerifier<Note> verifier = verified(format, notes.subList(0, 1));
        verifier.truncated(ChainPosition.of(notes.get(3)));
        notes.subList(4, 6).forEach(verifier::entry);

        assertThat(verifier.verdict().finding()).isNull();
        assertThat(verifier.last()).isEqualTo(6);
    }
}
