package dev.rhizome.provenance;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How chains are signed and read.
 *
 * @param signingKey private Ed25519 key, PEM of PKCS #8 or the name of a file with it; empty makes one in the home
 * @param trustedKeys public keys of before, PEM or names of files, whose signatures count as well
 * @param headEvery entries after which a head is signed
 * @param headAfter time after which a head is signed that covers the entries since the last
 * @param headInterval how often chains are looked for that need a head
 * @param page entries read at once by whoever reads a chain
 * @param maxWaiting requests that add to one tenant's chain at once, the others are told to come again
 */
@Validated
@ConfigurationProperties("rhizome.provenance")
public record ProvenanceProperties(
        @DefaultValue("") String signingKey,
        @DefaultValue({}) List<String> trustedKeys,
        @Min(1) @Max(1_000_000) @DefaultValue("100") int headEvery,
        @DefaultValue("60s") Duration headAfter,
        @DefaultValue("10s") Duration headInterval,
        @Min(1) @Max(10_000) @DefaultValue("500") int page,
        @Min(1) @Max(100_000) @DefaultValue("1000") int maxWaiting) {

    @Override
    public String toString() {
        return "ProvenanceProperties[headEvery=" + headEvery + "]"; // not the key
    }
}
