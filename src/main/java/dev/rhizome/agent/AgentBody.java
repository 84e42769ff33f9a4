package dev.rhizome.agent;

import dev.rhizome.problem.FieldError;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.validation.Ids;
import dev.rhizome.validation.JsonObject;
import dev.rhizome.validation.Name;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.WholeNumber;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client says of an agent, new or known; null where it says nothing.
 *
 * @param id see {@link AgentInput}, as all that follow
 * @param capabilities what it can do
 */
record AgentBody(
        @Nullable @AgentId String id,
        @Nullable @Name String name,
        @Nullable @Text(max = 100) String modelFamily,
        @Nullable @Text(min = 0, max = 20_000) String description,
        @Nullable @AgentStatus String status,
        @Nullable @WholeNumber(min = 1, max = 1_000_000) Integer maxConcurrent,
        Skills.@Nullable Change capabilities,
        @Nullable @JsonObject String metadata) {

    /**
     * The new agent that this describes.
     *
     * @throws InvalidRequest where something is missing that a new agent needs
     */
    AgentInput agent() {
        List<FieldError> missing = new ArrayList<>();
        if (name == null) {
            missing.add(InvalidRequest.error("name", "missing", "a string"));
        }
        if (modelFamily == null) {
            missing.add(InvalidRequest.error("modelFamily", "missing", "a string"));
        }
        if (!missing.isEmpty()) {
            throw new InvalidRequest(missing);
        }
        return merged(AgentInput.named(id == null ? Ids.next() : id));
    }

    /**
     * {@code agent} with what this says of it.
     *
     * @throws InvalidRequest where this has an id, which stays
     */
    AgentInput changed(AgentInput agent) {
        if (id != null) {
            throw InvalidRequest.of("id", id, "no id: an agent's id cannot be changed");
        }
        return merged(agent);
    }

    private AgentInput merged(AgentInput agent) {
        return new AgentInput(
                agent.id(),
                name == null ? agent.name() : name,
                modelFamily == null ? agent.modelFamily() : modelFamily,
                description == null ? agent.description() : description,
                status == null ? agent.status() : status,
                maxConcurrent == null ? agent.maxConcurrent() : maxConcurrent,
                capabilities == null ? agent.skills() : capabilities.of(agent.skills()),
                metadata == null ? agent.metadata() : metadata,
                agent.card());
    }
}
