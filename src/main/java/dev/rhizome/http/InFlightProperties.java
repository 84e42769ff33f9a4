package dev.rhizome.http;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How many bytes are in memory for requests at once: bodies that are being read, and answers that wait for their readers.
 *
 * @param total of all requests
 * @param tenant of one tenant's
 * @param longestWait longest that a request waits for its share
 */
@Validated
@ConfigurationProperties("rhizome.http.in-flight")
public record InFlightProperties(
        @DefaultValue("64MB") DataSize total,
        @DefaultValue("24MB") DataSize tenant,
        @DefaultValue("2s") Duration longestWait) {}
