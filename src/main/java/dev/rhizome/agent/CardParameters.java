package dev.rhizome.agent;

import dev.rhizome.validation.Default;
import dev.rhizome.validation.Text;
import org.jspecify.annotations.Nullable;

/**
 * What a client says beside a card.
 *
 * @param id of the agent, null to make one of the card's name
 * @param modelFamily which a card does not tell
 */
record CardParameters(
        @Nullable @AgentId String id,
        @Default("unspecified") @Text(max = 100) String modelFamily) {}
