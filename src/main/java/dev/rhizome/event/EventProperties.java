package dev.rhizome.event;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How events are kept.
 *
 * @param integrityKey secret of the MACs, 32 characters or more; empty makes one in {@code rhizome.home}
 * @param trustedKeys other secrets whose MACs count as well: earlier ones, or the next; each itself, or the name of a file
 *     with it
 * @param upkeepInterval how often tenants are looked for whose retention is due
 * @param retentionInterval how often a tenant's retention is applied
 * @param archive where archives go: a directory, or {@code s3://bucket/prefix}; empty for {@code archive} in
 *     {@code rhizome.home}
 * @param s3 how the store of {@code s3://} is reached
 * @param retentionBatch most events removed, or archived in one file, in one transaction
 */
@Validated
@ConfigurationProperties("rhizome.events")
public record EventProperties(
        @DefaultValue("") String integrityKey,
        @DefaultValue({}) List<String> trustedKeys,
        @DefaultValue("60s") Duration upkeepInterval,
        @DefaultValue("1h") Duration retentionInterval,
        @Min(1) @Max(100_000) @DefaultValue("5000") int retentionBatch,
        @DefaultValue("") String archive,
        @DefaultValue S3 s3) {

    /**
     * How a store of objects is reached.
     *
     * @param endpoint URL of the store; empty for that of AWS in {@code region}
     * @param region of the bucket; many stores take any
     * @param accessKey empty to look for credentials as AWS's tools do: in the environment, and of the machine
     * @param secretKey of {@code accessKey}
     * @param timeout longest that writing a file may take, with what is tried again
     */
    public record S3(
            @DefaultValue("") String endpoint,
            @DefaultValue("us-east-1") String region,
            @DefaultValue("") String accessKey,
            @DefaultValue("") String secretKey,
            @DefaultValue("60s") Duration timeout) {

        @Override
        public String toString() {
            return "S3[endpoint=" + endpoint + "]"; // not the credentials
        }
    }

    @Override
    public String toString() {
        return "EventProperties[retentionBatch=" + retentionBatch + "]"; // not the key
    }
}
