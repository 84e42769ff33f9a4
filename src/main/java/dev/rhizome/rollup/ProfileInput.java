package dev.rhizome.rollup;

import dev.rhizome.binding.Document;
import dev.rhizome.event.Metrics;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.LowerTypeName;
import org.jspecify.annotations.Nullable;

/**
 * A profile as a client sends it.
 *
 * @param agentId see {@link Profile}, as all that follow
 */
record ProfileInput(
        @Identifier String agentId,
        @LowerTypeName String taskType,
        @Nullable Document<Metrics.Latency> latency,
        @Nullable Document<Metrics.Accuracy> accuracy,
        @Nullable Document<Metrics.Cost> cost,
        @Nullable Document<Metrics.Reliability> reliability) {

    /** The profile, not yet stored. */
    Profile profile() {
        return new Profile(
                agentId,
                taskType,
                Document.textOf(latency),
                Document.textOf(accuracy),
                Document.textOf(cost),
                Document.textOf(reliability),
                null);
    }
}
