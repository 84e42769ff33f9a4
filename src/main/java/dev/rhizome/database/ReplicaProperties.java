package dev.rhizome.database;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Reads from standbys.
 *
 * @param maxLag how old what a standby shows may be, 100 ms to 1 h; null where all reads go to the primary
 */
@ConfigurationProperties("rhizome.replicas")
public record ReplicaProperties(@Nullable Duration maxLag) {

    private static final Duration LEAST = Duration.ofMillis(100);
    private static final Duration MOST = Duration.ofHours(1);

    /** Refuses what cannot be measured. */
    public ReplicaProperties {
        if (maxLag != null && (maxLag.compareTo(LEAST) < 0 || maxLag.compareTo(MOST) > 0)) {
            throw new IllegalArgumentException(
                    "RHIZOME_MAX_REPLICA_LAG: " + maxLag + " (expected: 100ms to 1h, or empty)");
        }
    }
}
