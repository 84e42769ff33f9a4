package dev.rhizome.agent.network;

import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.SelfChecked;
import dev.rhizome.validation.WholeNumber;
import jakarta.validation.constraints.Size;
import java.util.List;

/**
 * Two agents were seen together again.
 *
 * @param source id of an agent
 * @param target id of another
 * @param type of the relationship that shows it
 * @param directed whether that holds from source to target only
 * @param times that they were seen
 * @param supportingTasks ids of tasks in which they were
 */
record ObservationInput(
        @Identifier String source,
        @Identifier String target,
        @AgentRelationshipType String type,
        @Default("false") boolean directed,
        @Default("1") @WholeNumber(min = 1, max = 1_000_000) long times,
        @Size(max = Tasks.MAX_TASKS) List<@Identifier String> supportingTasks)
        implements SelfChecked {

    ObservationInput {
        supportingTasks = Tasks.distinct(supportingTasks);
    }

    @Override
    public void check(Faults faults) {
        key().check(faults);
    }

    /** The relationship that shows it. */
    AgentRelationshipInput.Key key() {
        return AgentRelationshipInput.Key.of(source, type, target, directed);
    }
}
