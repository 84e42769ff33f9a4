package dev.rhizome.transfer;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of exports and imports.
 *
 * @param maxLine longest line of an export; a document is one
 * @param longest that an export may take; as long as it goes on, the database keeps what was changed meanwhile twice
 */
@Validated
@ConfigurationProperties("rhizome.transfer")
record TransferProperties(
        @DefaultValue("32MB") DataSize maxLine,
        @DefaultValue("1h") Duration longest) {}
