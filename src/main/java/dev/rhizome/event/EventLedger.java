package dev.rhizome.event;

import dev.rhizome.integrity.CanonicalEncoding;
import dev.rhizome.ledger.ChainPosition;
import dev.rhizome.ledger.Checkpoint;
import dev.rhizome.ledger.Flaw;
import dev.rhizome.ledger.HmacSeal;
import dev.rhizome.ledger.LedgerFormat;
import dev.rhizome.ledger.Seal;
import dev.rhizome.tenant.TenantId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How the events of one tenant are sealed: the MAC of an event covers every column and the MAC of the event before. Not safe
 * for use by two threads at once.
 */
final class EventLedger implements LedgerFormat<Event> {

    private static final int VERSION = 1;
    private static final Flaw CHANGED = new Flaw(Flaw.Kind.CHANGED, "the event is not what its MAC was made of");

    private final HmacSeal seal;
    private final UUID tenant;

    EventLedger(HmacSeal seal, TenantId tenant) {
        this.seal = seal;
        this.tenant = tenant.value();
    }

    @Override
    public UUID tenant() {
        return tenant;
    }

    @Override
    public Seal seal() {
        return seal;
    }

    @Override
    public int checkpointVersion() {
        return VERSION;
    }

    @Override
    public byte[] bytesOf(Checkpoint checkpoint) {
        return record("rhizome.event.head")
                .integer(checkpoint.sequence())
                .text(checkpoint.link())
                .toBytes();
    }

    /** The checkpoint that the chain's row is: its end and the MAC over that. */
    Checkpoint checkpoint(ChainPosition end, String mac) {
        return new Checkpoint(tenant, end.sequence(), end.link(), null, null, VERSION, mac);
    }

    /** {@code event} with the MAC that it has behind {@code before}. */
    Event sealed(Event event, ChainPosition before) {
        return event.withMac(seal.seal(bytesOf(event, before.link())));
    }

    @Override
    public @Nullable Flaw flaw(Event event, @Nullable String previous) {
        return previous == null || isValid(bytesOf(event, previous), event.mac()) ? null : CHANGED;
    }

    @Override
    public @Nullable Flaw flaw(Event event) {
        return null; // its MAC covers its place
    }

    private byte[] bytesOf(Event event, String previous) {
        return event.content(record("rhizome.event").integer(event.sequence()))
                .time(event.receivedAt())
                .text(previous)
                .toBytes();
    }

    /** {@code point} with its MAC, which covers all that it says. */
    TruncationPoint sealed(TruncationPoint point) {
        return point.withSeal(seal.seal(bytesOf(point)));
    }

    /** Whether the service wrote {@code point}; where nothing was removed there is nothing to check. */
    boolean isValid(TruncationPoint point) {
        return point.equals(TruncationPoint.NONE) || isValid(bytesOf(point), point.seal());
    }

    private boolean isValid(byte[] message, String mac) {
        return seal.check(null, message, mac) == Seal.Check.VALID;
    }

    private byte[] bytesOf(TruncationPoint point) {
        return record("rhizome.event.anchor")
                .integer(point.sequence())
                .text(point.mac())
                .integer(point.events())
                .text(point.policy())
                .text(point.file())
                .time(point.newestAt())
                .time(point.prunedAt())
                .toBytes();
    }

    private CanonicalEncoding record(String domain) {
        return new CanonicalEncoding(domain, VERSION).id(tenant);
    }
}
