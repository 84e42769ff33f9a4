package dev.rhizome.http;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How many refused tokens an address may show before it is told to wait.
 *
 * @param burst at once
 * @param perSecond from then on
 */
@Validated
@ConfigurationProperties("rhizome.http.refused-tokens")
public record RefusedTokensProperties(
        @Min(1) @DefaultValue("100") int burst,
        @Min(1) @DefaultValue("10") int perSecond) {}
