package dev.rhizome.provenance;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rhizome.integrity.CanonicalEncoding;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What of an entry can be erased. The chain holds a hash of it that nobody can guess the content from without the salt.
 *
 * @param salt 32 random bytes, in hex
 * @param subject id of the person or thing that it is about
 * @param description for people, and for search
 * @param metadata a JSON object
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Payload(
        String salt,
        @Nullable String subject,
        @Nullable String description,
        @Nullable @JsonRawValue String metadata) {

    private static final String DOMAIN = "rhizome.provenance.payload";
    private static final int VERSION = 1;

    /** What the chain holds of it, in hex. */
    String hash() {
        return HexFormat.of()
                .formatHex(new CanonicalEncoding(DOMAIN, VERSION)
                        .bytes(HexFormat.of().parseHex(salt))
                        .text(subject)
                        .text(description)
                        .json(metadata)
                        .sha256());
    }

    @Override
    public String toString() {
        return "Payload"; // may be personal
    }
}
