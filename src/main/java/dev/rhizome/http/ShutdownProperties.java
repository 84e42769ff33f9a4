package dev.rhizome.http;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long the steps of the service's end take.
 *
 * @param drain time during which the service still takes requests although it is not ready any more, so that whoever sends them
 *     has noticed
 * @param streams time after that in which a stream or a bulk request may come to its own end; then it is ended
 * @param requests longest time in which requests may come to their end; then they are cut off
 * @param limit time after which the process ends, whatever still runs
 */
@Validated
@ConfigurationProperties("rhizome.shutdown")
public record ShutdownProperties(
        @DefaultValue("1s") Duration drain,
        @DefaultValue("2s") Duration streams,
        @DefaultValue("20s") Duration requests,
        @DefaultValue("40s") Duration limit) {}
