package dev.rhizome.ledger;

import dev.rhizome.ledger.Flaw.Kind;
import dev.rhizome.ledger.Verdict.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Looks through a chain, entry by entry, for the first that is not as it was written. It does not know where the entries come
 * from: the service reads them from its database, the command line from a file.
 *
 * <p>It remembers the entries without payload until an erasure accounts for them, and no others. Not safe for use by two
 * threads at once.
 */
public final class LedgerVerifier<E extends LedgerEntry> {

    private final LedgerFormat<E> format;
    private final TreeMap<Long, List<Checkpoint>> expected = new TreeMap<>();
    private final TreeSet<Long> withoutPayload = new TreeSet<>();
    private long last;
    private @Nullable String lastLink;
    private long entries;
    private long intact;
    private long checkpoints;
    private long erased;
    private long passed;
    private boolean broken;
    private @Nullable Finding finding;

    /**
     * Begins behind an entry.
     *
     * @param last sequence of that entry, 0 for the beginning of the chain
     * @param lastLink of that entry, null where it is not known
     */
    public LedgerVerifier(LedgerFormat<E> format, long last, @Nullable String lastLink) {
        this.format = format;
        this.last = last;
        this.lastLink = last == 0 ? ChainPosition.BEGINNING.link() : lastLink;
    }

    /** Takes the next entry. After the first flaw only erasures count, since they account for entries before the flaw. */
    public void entry(E entry) {
        entries++;
        Flaw flaw = broken ? null : flaw(entry);
        if (flaw != null) {
            broken = true;
            boolean isThere = flaw.kind() != Kind.MISSING;
            fail(Math.min(entry.sequence(), last + 1), isThere ? entry.id() : null, flaw);
            account(entry);
            return;
        }
        if (!broken) {
            intact++;
            last = entry.sequence();
            lastLink = entry.link();
            if (entry.lacksPayload()) {
                withoutPayload.add(last);
            }
            compareWithCheckpoints();
        }
        erasure(entry);
    }

    private @Nullable Flaw flaw(E entry) {
        if (entry.sequence() > last + 1) {
            return new Flaw(Kind.MISSING, "the entry is missing");
        }
        return entry.sequence() <= last
                ? new Flaw(Kind.DUPLICATE, "another entry of this number was there before")
                : format.flaw(entry, lastLink);
    }

    /** Takes an erasure from behind the entries that are verified; it accounts for payloads that are gone. */
    public void erasure(E entry) {
        if (!entry.erases().isEmpty() && !withoutPayload.isEmpty() && format.flaw(entry) == null) {
            account(entry);
        }
    }

    private void account(E erasure) {
        for (Long sequence : erasure.erases()) {
            if (withoutPayload.remove(sequence)) {
                erased++;
            }
        }
    }

    /**
     * Goes on behind {@code point}, since entries up to there have been removed while this verifier was on its way.
     * Checkpoints of entries in front of it can no longer be compared.
     */
    public void truncated(ChainPosition point) {
        if (!broken && point.sequence() > last) {
            last = point.sequence();
            lastLink = point.link();
            Map<Long, List<Checkpoint>> removed = expected.headMap(last);
            passed += removed.values().stream().mapToLong(List::size).sum();
            removed.clear();
            compareWithCheckpoints();
        }
    }

    /** How many checkpoints were taken whose entries were removed before they could be compared. */
    public long passedCheckpoints() {
        return passed;
    }

    /** Whether an entry has no payload and no erasure has accounted for it yet. */
    public boolean lacksErasures() {
        return !withoutPayload.isEmpty();
    }

    /** Whether nothing that comes could change the verdict. */
    public boolean isDecided() {
        Finding first = finding;
        return withoutPayload.isEmpty() && (broken || (first != null && first.sequence() <= last));
    }

    /** How many entries had no flaw so far. */
    public long intact() {
        return intact;
    }

    /** Sequence of the last entry without a flaw. */
    public long last() {
        return last;
    }

    /** Takes a checkpoint, of the last entry or of one that is still to come. */
    public void checkpoint(Checkpoint checkpoint) {
        checkpoints++;
        String wrong = wrong(checkpoint);
        if (wrong != null) {
            fail(checkpoint.sequence(), Kind.CHECKPOINT, wrong);
        } else if (!broken) {
            expected.computeIfAbsent(checkpoint.sequence(), any -> new ArrayList<>())
                    .add(checkpoint);
            compareWithCheckpoints();
        }
    }

    private @Nullable String wrong(Checkpoint checkpoint) {
        if (!checkpoint.tenant().equals(format.tenant())) {
            return "the head is of another tenant's chain";
        }
        if (checkpoint.version() != format.checkpointVersion()) {
            return "the head is of the unknown version " + checkpoint.version();
        }
        return switch (format.check(checkpoint)) {
            case UNTRUSTED_KEY -> "the head is signed by the key " + checkpoint.keyId() + ", which is not trusted";
            case INVALID ->
                checkpoint.keyId() == null
                        ? "the head is not sealed by a trusted key"
                        : "the signature of the head is not that of the key " + checkpoint.keyId();
            case VALID -> checkpoint.sequence() < last ? "the head comes behind entries that it does not cover" : null;
        };
    }

    private void compareWithCheckpoints() {
        List<Checkpoint> due = expected.remove(last);
        if (due != null
                && due.stream().anyMatch(checkpoint -> !checkpoint.link().equals(lastLink))) {
            fail(last, Kind.CHECKPOINT, "a sealed head says that another entry was here");
        }
    }

    /** Says where the chain ends; whoever gave the entries says that there is none behind it. */
    public void endsWith(ChainPosition end) {
        if (!broken && last == end.sequence() && !end.link().equals(lastLink)) {
            fail(last, Kind.CHECKPOINT, "the chain is said to end with another entry");
        }
    }

    /** Says that entries had to come up to {@code to}. */
    public void mustReach(long to) {
        if (last < to) {
            fail(last + 1, Kind.MISSING, "the entry is missing");
        }
    }

    /** Notes a flaw that the entries do not show. */
    public void fail(long sequence, Kind kind, String reason) {
        fail(sequence, null, new Flaw(kind, reason));
    }

    /** Notes a flaw; of several the first in the chain is kept. */
    public void fail(long sequence, @Nullable String id, Flaw flaw) {
        Finding known = finding;
        if (known == null || sequence < known.sequence()) {
            finding = new Finding(sequence, id, flaw);
        }
    }

    /** The verdict, after everything was taken. */
    public Verdict verdict() {
        if (!withoutPayload.isEmpty()) {
            fail(withoutPayload.first(), Kind.CHANGED, "the payload is missing, and no erasure accounts for it");
        }
        if (!broken && !expected.isEmpty()) {
            fail(
                    last + 1,
                    Kind.MISSING,
                    "the entry is missing: a sealed head says that the chain came to " + expected.lastKey());
        }
        return new Verdict(entries, intact, checkpoints, erased, finding);
    }
}
