package dev.rhizome.rollup;

import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.JsonObject;
import dev.rhizome.validation.LowerTypeName;
import dev.rhizome.validation.NewIdIfAbsent;
import dev.rhizome.validation.Text;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An anomaly as a client reports it.
 *
 * @param id see {@link Anomaly}, as all that follow
 * @param at when it was found, null for now
 */
record AnomalyInput(
        @NewIdIfAbsent @Identifier String id,
        @LowerTypeName String type,
        @AnomalySeverity String severity,
        @Nullable @Identifier String agentId,
        @Nullable @Identifier String taskId,
        @Default("") @Text(min = 0, max = 4_000) String description,
        @Default("{}") @JsonObject String evidence,
        @Default("{}") @JsonObject String impact,
        @Size(max = 100) List<@Identifier String> relatedEventIds,
        @Nullable Instant at) {

    /** The anomaly, reported {@code now}. */
    Anomaly anomaly(Instant now) {
        return new Anomaly(
                id,
                type,
                severity,
                "active",
                agentId,
                taskId,
                "client",
                description,
                evidence,
                impact,
                relatedEventIds,
                at == null ? now : at,
                null,
                "",
                now);
    }
}
