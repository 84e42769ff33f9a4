package dev.rhizome.tenancy;

import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.UntenantedQueries;
import io.r2dbc.spi.Readable;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import reactor.core.publisher.Mono;

/**
 * Marks API keys that were issued on this database, so that others cost no connection: the last eight bytes of a key are a MAC over
 * the others. It proves nothing else. Its secret is in the database, where all processes find it: who knows it can make look-ups
 * happen, and no key that is valid.
 */
final class KeyTags {

    private static final String INSTALLATION = "select key_secret, has_untagged_keys from rhizome.installation";
    private static final String ALGORITHM = "HmacSHA256";

    private final Mono<Installation> installation;

    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    private record Installation(byte[] secret, boolean hasUntaggedKeys) {

        private static Installation of(Readable row) {
            ByteBuffer secret = Rows.required(row, "key_secret", ByteBuffer.class);
            byte[] bytes = new byte[secret.remaining()];
            secret.get(bytes);
            return new Installation(bytes, Rows.required(row, "has_untagged_keys", Boolean.class));
        }

        private byte[] tagOf(byte[] body) {
            try {
                Mac mac = Mac.getInstance(ALGORITHM);
                mac.init(new SecretKeySpec(secret, ALGORITHM));
                return Arrays.copyOf(mac.doFinal(body), ApiKeySecret.TAG_BYTES);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK has HmacSHA256", e);
            }
        }
    }

    KeyTags(UntenantedQueries queries) {
        this.installation = queries.rows(Query.of(INSTALLATION, Installation::of))
                .next()
                .cacheInvalidateIf(anything -> false); // an error is not kept
    }

    /** The tag of a key's other bytes. */
    Mono<byte[]> tag(byte[] body) {
        return installation.map(ours -> ours.tagOf(body));
    }

    /**
     * Whether {@code secret} was issued here. Keys without a tag, from before there were tags, count only where there are such keys.
     */
    Mono<Boolean> isIssued(ApiKeySecret secret) {
        return installation.map(ours -> secret.tag().length == 0
                ? ours.hasUntaggedKeys()
                : MessageDigest.isEqual(ours.tagOf(secret.body()), secret.tag()));
    }
}
