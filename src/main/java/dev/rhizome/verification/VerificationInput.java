package dev.rhizome.verification;

import dev.rhizome.bulk.BulkItem;
import dev.rhizome.graph.Projection;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.JsonObject;
import dev.rhizome.validation.LowerTypeName;
import dev.rhizome.validation.NewIdIfAbsent;
import dev.rhizome.validation.NoneOf;
import dev.rhizome.validation.OneOf;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.TextBytes;
import dev.rhizome.validation.WholeNumber;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A claim that is to be checked, as a client sends it. One that is sent again is known by its id.
 *
 * @param id 1 to 180 characters, generated where there is none
 * @param content see {@link Claim}, as the two that follow
 * @param context what helps to understand it, null for nothing
 * @param priority low, medium, high or critical
 * @param timeoutMs how long whoever works on it may take
 * @param metadata a JSON object
 */
record VerificationInput(
        @NewIdIfAbsent @Identifier(max = Projection.LONGEST_ID) @NoneOf({"methods", "lookup"})
        String id,

        @Text(max = 100 * 1024) @TextBytes(max = 100 * 1024) String content,
        @Nullable @Identifier(max = 2_000) String source,
        @Size(max = 20) List<@LowerTypeName String> types,
        @Nullable @TextBytes(max = 100 * 1024) String context,

        @Default("medium") @OneOf({"low", "medium", "high", "critical"})
        String priority,

        @Default("30000") @WholeNumber(min = 1, max = 86_400_000)
        long timeoutMs,

        @Default("{}") @JsonObject String metadata)
        implements BulkItem {

    static final String KIND = "verification";

    VerificationInput {
        types = types.stream().distinct().sorted().toList();
    }

    @Override
    public String key() {
        return id;
    }

    Claim claim() {
        return new Claim(content, source, types);
    }
}
