package dev.rhizome.provenance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Looks through a chain, entry by entry, for the first that is not as it was written. Knows nothing of where the entries come
 * from: the service reads them from its database, the command line from a file.
 *
 * <p>Keeps the entries without payload in mind until the erasure comes that accounts for them, and no others. Not safe for
 * use by two threads at once.
 */
public final class ChainVerifier {

    /**
     * What is wrong.
     *
     * @param sequence of the first entry that is not as it was written
     * @param reason for people
     */
    public record Bad(long sequence, String reason) {}

    /**
     * What was found.
     *
     * @param entries looked at
     * @param heads looked at
     * @param erased how many of the entries have lost their payload to an erasure
     * @param valid whether all is as it was written
     * @param firstBad null where all is
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Verdict(
            long entries,
            long heads,
            long erased,
            boolean valid,
            @Nullable Bad firstBad) {}

    private final UUID tenant;
    private final TrustedKeys keys;
    private final TreeMap<Long, List<SignedHead>> expected = new TreeMap<>();
    private final TreeSet<Long> withoutPayload = new TreeSet<>();
    private long last;
    private @Nullable String lastHash;
    private long entries;
    private long heads;
    private long erased;
    private boolean broken;
    private @Nullable Bad firstBad;

    /**
     * Begins behind an entry.
     *
     * @param last sequence of the entry in front of the first, 0 for the whole chain
     * @param lastHash of that entry in hex, null where it is not known
     */
    public ChainVerifier(UUID tenant, TrustedKeys keys, long last, @Nullable String lastHash) {
        this.tenant = tenant;
        this.keys = keys;
        this.last = last;
        this.lastHash = last == 0 ? ChainEntry.NOTHING_BEFORE : lastHash;
    }

    /** Looks at the next entry. Behind the first bad one only erasures count, which account for what was in front of it. */
    public void entry(StoredEntry stored) {
        entries++;
        String wrong = broken ? null : wrong(stored);
        if (wrong != null) {
            broken = true;
            fail(Math.min(stored.entry().sequence(), last + 1), wrong);
            account(stored.entry()); // what is wrong with it is said already
            return;
        }
        if (!broken) {
            last = stored.entry().sequence();
            lastHash = stored.entry().hash();
            if (stored.isErased()) {
                withoutPayload.add(last);
            }
            checkHeads();
        }
        erasure(stored.entry());
    }

    private @Nullable String wrong(StoredEntry stored) {
        ChainEntry entry = stored.entry();
        if (entry.sequence() != last + 1) {
            return entry.sequence() > last + 1
                    ? "the entry is missing"
                    : "another entry of this number was there before";
        }
        if (!entry.tenant().equals(tenant)) {
            return "the entry is another tenant's";
        }
        if (lastHash != null && !entry.previousHash().equals(lastHash)) {
            return "the entry does not follow the one in front of it";
        }
        String forged = forged(entry);
        Payload payload = stored.payload();
        return forged == null && payload != null && !isWhatWasWritten(payload, entry)
                ? "the payload is not the one that was written"
                : forged;
    }

    private static boolean isWhatWasWritten(Payload payload, ChainEntry entry) {
        try {
            return payload.hash().equals(entry.payloadHash());
        } catch (IllegalArgumentException e) {
            return false; // a salt that is none
        }
    }

    private static boolean isWhatWasHashed(ChainEntry entry) {
        try {
            return entry.hash().equals(entry.computedHash());
        } catch (IllegalArgumentException e) {
            return false; // a hash that is none
        }
    }

    private @Nullable String forged(ChainEntry entry) {
        if (entry.version() != ChainEntry.VERSION) {
            return "the entry is of the unknown version " + entry.version();
        }
        if (!isWhatWasHashed(entry)) {
            return "the entry is not what its hash was made of";
        }
        if (!keys.contains(entry.keyId())) {
            return "the entry is signed by the key " + entry.keyId() + ", which is not trusted";
        }
        return keys.hasSigned(entry.keyId(), ChainEntry.signedBytes(entry.hash()), entry.signature())
                ? null
                : "the signature is not that of the key " + entry.keyId();
    }

    /** Takes an erasure from behind the entries that are looked at, which accounts for payloads that are not there. */
    public void erasure(ChainEntry entry) {
        if (entry.isErasure() && !withoutPayload.isEmpty() && forged(entry) == null) {
            account(entry);
        }
    }

    private void account(ChainEntry erasure) {
        for (Long sequence : erasure.erases()) {
            if (withoutPayload.remove(sequence)) {
                erased++;
            }
        }
    }

    /** Whether an entry has no payload and no erasure has accounted for it yet. */
    public boolean lacksErasures() {
        return !withoutPayload.isEmpty();
    }

    /** Whether nothing that comes could change the verdict. */
    public boolean isDecided() {
        return withoutPayload.isEmpty() && (broken || (firstBad != null && firstBad.sequence() <= last));
    }

    /** Sequence of the last entry that was in order. */
    public long last() {
        return last;
    }

    /** Takes a head, of the last entry or of one that is still to come. */
    public void head(SignedHead head) {
        heads++;
        String wrong = wrong(head);
        if (wrong != null) {
            fail(head.sequence(), wrong);
        } else if (!broken) {
            expected.computeIfAbsent(head.sequence(), any -> new ArrayList<>()).add(head);
            checkHeads();
        }
    }

    private @Nullable String wrong(SignedHead head) {
        if (!head.tenant().equals(tenant)) {
            return "the head is of another tenant's chain";
        }
        if (head.version() != SignedHead.VERSION) {
            return "the head is of the unknown version " + head.version();
        }
        if (!keys.contains(head.keyId())) {
            return "the head is signed by the key " + head.keyId() + ", which is not trusted";
        }
        if (!keys.hasSigned(head.keyId(), head.signedBytes(), head.signature())) {
            return "the signature of the head is not that of the key " + head.keyId();
        }
        return head.sequence() < last ? "the head comes behind entries that it does not cover" : null;
    }

    private void checkHeads() {
        List<SignedHead> due = expected.remove(last);
        if (due != null && due.stream().anyMatch(head -> !head.hash().equals(lastHash))) {
            fail(last, "a signed head says that another entry was here");
        }
    }

    /** Says that something is wrong that is not to be seen in the entries; the first one in the chain counts. */
    public void fail(long sequence, String reason) {
        Bad known = firstBad;
        if (known == null || sequence < known.sequence()) {
            firstBad = new Bad(sequence, reason);
        }
    }

    /** Says which entry was the last, in hex; whoever gave the entries says that there is none behind it. */
    public void endsWith(String hash) {
        if (!broken && !hash.equals(lastHash)) {
            fail(last, "the chain is said to end with another entry");
        }
    }

    /** The verdict, when all has come. */
    public Verdict end() {
        if (!withoutPayload.isEmpty()) {
            fail(withoutPayload.first(), "the payload is missing, and no erasure accounts for it");
        }
        if (!broken && !expected.isEmpty()) {
            fail(last + 1, "the entry is missing: a signed head says that the chain came to " + expected.lastKey());
        }
        return new Verdict(entries, heads, erased, firstBad == null, firstBad);
    }
}
