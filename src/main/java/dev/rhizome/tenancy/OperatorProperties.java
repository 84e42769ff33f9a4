package dev.rhizome.tenancy;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The operator.
 *
 * @param operatorKey the operator's token; empty makes one in {@code home}
 * @param home where this installation keeps what must survive
 */
@ConfigurationProperties("rhizome")
public record OperatorProperties(
        @DefaultValue("") String operatorKey,
        @DefaultValue(".rhizome") Path home) {

    @Override
    public String toString() {
        return "OperatorProperties[home=" + home + "]"; // not the key
    }
}
