package dev.rhizome.tenancy;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the operator of an installation sets.
 *
 * @param operatorKey the operator's token; empty makes one in {@code home}
 * @param operatorKeyBefore the one of before, which counts as well; empty for none
 * @param streamSecret what ids of events in streams are authenticated with; empty makes one in {@code home}
 * @param streamSecretBefore the one of before, whose ids count as well; empty for none
 * @param home where this installation keeps what must survive
 */
@ConfigurationProperties("rhizome")
public record OperatorProperties(
        @DefaultValue("") String operatorKey,
        @DefaultValue("") String operatorKeyBefore,
        @DefaultValue("") String streamSecret,
        @DefaultValue("") String streamSecretBefore,
        @DefaultValue(".rhizome") Path home) {

    @Override
    public String toString() {
        return "OperatorProperties[home=" + home + "]"; // not the secrets
    }
}
