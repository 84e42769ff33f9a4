package dev.rhizome.http;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How long a connection may take for what it does. One that takes longer is closed.
 *
 * @param headerTimeout from the first byte of a request to the end of its header
 * @param bodyTimeout longest wait for more of a body that the service is ready to read
 * @param idleTimeout longest time without a request
 * @param writeTimeout time within which a reader takes {@code leastRead} of what is ready for it
 * @param leastRead bytes that a reader takes within {@code writeTimeout}
 * @param sendBuffer bytes that the operating system takes before the reader does
 */
@Validated
@ConfigurationProperties("rhizome.http.connection")
public record ConnectionProperties(
        @DefaultValue("10s") Duration headerTimeout,
        @DefaultValue("30s") Duration bodyTimeout,
        @DefaultValue("60s") Duration idleTimeout,
        @DefaultValue("30s") Duration writeTimeout,
        @DefaultValue("16KB") DataSize leastRead,
        @DefaultValue("256KB") DataSize sendBuffer) {

    /** The shortest of the limits. */
    Duration shortest() {
        Duration shortest = headerTimeout;
        for (Duration other : new Duration[] {bodyTimeout, idleTimeout, writeTimeout}) {
            shortest = other.compareTo(shortest) < 0 ? other : shortest;
        }
        return shortest;
    }
}
