package dev.rhizome.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A sealed statement that a chain had come to an entry. A copy kept elsewhere shows later whether the chain was cut or written
 * anew before there.
 *
 * @param tenant whose chain it is
 * @param sequence of the chain's last entry
 * @param link hash or MAC of that entry, in hex
 * @param at when it was sealed, null where the ledger does not say
 * @param keyId of the key, null where keys have no ids
 * @param version of the rules by which it is sealed
 * @param seal MAC or signature, in hex
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Checkpoint(
        UUID tenant,
        long sequence,
        @JsonProperty("hash") String link,
        @Nullable Instant at,
        @Nullable String keyId,
        int version,
        @JsonProperty("signature") String seal) {

    /** Where the chain was. */
    public ChainPosition position() {
        return new ChainPosition(sequence, link);
    }
}
