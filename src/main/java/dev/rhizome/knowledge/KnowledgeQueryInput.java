package dev.rhizome.knowledge;

import dev.rhizome.bulk.BulkItem;
import dev.rhizome.graph.Projection;
import dev.rhizome.validation.Characters;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.JsonObject;
import dev.rhizome.validation.NewIdIfAbsent;
import dev.rhizome.validation.Ratio;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.WholeNumber;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A query as a client sends it. One that is sent again is known by its id.
 *
 * @param id 1 to 180 characters, generated where there is none
 * @param query what is to be known, 1 to 4,000 characters
 * @param type factual, explanatory, comparative, trend or technical
 * @param preferredSources domains or providers to ask first, at most 50
 * @param maxResults how many results are wanted, 1 to 10,000
 * @param relevanceThreshold 0 to 1, below which a result is not wanted
 * @param timeoutMs how long whoever works on it may take
 * @param requesterId who asks, null where it is not told
 * @param priority 1 to 10, the most urgent
 * @param tags at most 50
 * @param context a JSON object
 */
record KnowledgeQueryInput(
        @NewIdIfAbsent @Identifier(max = Projection.LONGEST_ID)
        String id,

        @Text(max = 4_000) String query,
        @Default("factual") @QueryType String type,
        @Size(max = 50) List<@Identifier String> preferredSources,
        @Default("10") @WholeNumber(min = 1, max = 10_000) int maxResults,
        @Default("0.5") @Ratio float relevanceThreshold,

        @Default("30000") @WholeNumber(min = 1, max = 86_400_000)
        long timeoutMs,

        @Nullable @Identifier String requesterId,
        @Default("1") @WholeNumber(min = 1, max = 10) int priority,
        @Size(max = 50) List<@Identifier String> tags,
        @Default("{}") @JsonObject String context)
        implements BulkItem {

    static final String KIND = "query";

    private static final int LONGEST_NAME = 500;

    KnowledgeQueryInput {
        preferredSources = preferredSources.stream().distinct().toList();
        tags = tags.stream().distinct().toList();
    }

    @Override
    public String key() {
        return id;
    }

    /** Of its node: the query, or the beginning of one that is too long for a name. */
    String name() {
        return Characters.first(LONGEST_NAME, query);
    }
}
