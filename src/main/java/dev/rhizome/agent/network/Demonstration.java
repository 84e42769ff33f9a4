package dev.rhizome.agent.network;

import dev.rhizome.validation.Identifier;
import org.jspecify.annotations.Nullable;

/**
 * An agent showed a capability once more.
 *
 * @param name of the capability
 * @param success whether it went well
 * @param taskId in which, null where it is not told
 */
record Demonstration(
        @Identifier(max = CapabilityInput.LONGEST_NAME) String name,
        boolean success,
        @Nullable @Identifier String taskId) {

    /** The capability's name as names are compared. */
    String canonical() {
        return CapabilityInput.canonical(name);
    }
}
