package dev.rhizome.tenancy;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How often records that are not kept any longer are looked for.
 *
 * @param interval between two looks at a tenant
 */
@Validated
@ConfigurationProperties("rhizome.retention")
record RetentionProperties(@DefaultValue("1h") Duration interval) {}
