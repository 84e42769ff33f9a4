package dev.rhizome.event;

import dev.rhizome.integrity.CanonicalEncoding;
import dev.rhizome.tenant.TenantId;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes and checks the macs of one tenant's chain: HMAC-SHA256 over the canonical encoding of every column and of the mac
 * before. Not to be shared between threads.
 */
final class EventChain {

    /** Stands before the first event, in hex. */
    static final String BEGINNING = "0".repeat(64);

    private static final HexFormat HEX = HexFormat.of();
    private static final int VERSION = 1;

    private final Mac mac;
    private final TenantId tenant;

    EventChain(byte[] key, TenantId tenant) {
        this.mac = hmac(key);
        this.tenant = tenant;
    }

    static Mac hmac(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    /**
     * The mac of {@code event}, in hex.
     *
     * @param previous that of the event before, {@link #BEGINNING} for the first
     */
    String macOf(Event event, String previous) {
        return mac(event.content(record("rhizome.event").integer(event.sequence()))
                .time(event.receivedAt())
                .text(previous));
    }

    /** Whether {@code event} is what its mac was made of. */
    boolean holds(Event event, String previous) {
        return equal(macOf(event, previous), event.mac());
    }

    /** Seal of the end of the chain, in hex. */
    String sealOfHead(long sequence, String lastMac) {
        return mac(record("rhizome.event.head").integer(sequence).text(lastMac));
    }

    /** Seal of an anchor, over all that it says, in hex. */
    String sealOf(Anchor anchor) {
        return mac(record("rhizome.event.anchor")
                .integer(anchor.sequence())
                .text(anchor.mac())
                .integer(anchor.events())
                .text(anchor.policy())
                .text(anchor.file())
                .time(anchor.newestAt())
                .time(anchor.prunedAt()));
    }

    /** Whether two macs are the same, without telling by the time taken where they differ. */
    static boolean equal(String one, String other) {
        return MessageDigest.isEqual(HEX.parseHex(one), HEX.parseHex(other));
    }

    private CanonicalEncoding record(String domain) {
        return new CanonicalEncoding(domain, VERSION).id(tenant.value());
    }

    private String mac(CanonicalEncoding record) {
        return HEX.formatHex(mac.doFinal(record.toBytes()));
    }
}
