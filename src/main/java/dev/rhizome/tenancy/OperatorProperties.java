package dev.rhizome.tenancy;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the operator of an installation sets.
 *
 * @param operatorKey the operator's token; empty makes one in {@code home}
 * @param streamSecret what ids of events in streams are authenticated with; empty makes one in {@code home}
 * @param home where this installation keeps what must survive
 */
@ConfigurationProperties("rhizome")
public record OperatorProperties(
        @DefaultValue("") String operatorKey,
        @DefaultValue("") String streamSecret,
        @DefaultValue(".rhizome") Path home) {

    @Override
    public String toString() {
        return "OperatorProperties[home=" + home + "]"; // not the secrets
    }
}
