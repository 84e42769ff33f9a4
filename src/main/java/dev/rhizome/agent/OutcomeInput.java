package dev.rhizome.agent;

import dev.rhizome.bulk.BulkItem;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.NewIdIfAbsent;
import dev.rhizome.validation.Ratio;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.WholeNumber;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * How a task ended, as its writer tells it.
 *
 * @param id by which it is known again when it is sent twice, generated where there is none
 * @param success whether it was one
 * @param quality 0 to 1, to five decimals
 * @param latencyMs milliseconds that it took, 0 to 10^12
 * @param tokens used, null where it is not known
 * @param taskType in lower case, empty for none
 * @param taskId null where it is not told
 */
record OutcomeInput(
        @NewIdIfAbsent @Identifier String id,
        boolean success,
        @Ratio BigDecimal quality,
        @WholeNumber(min = 0, max = MOST) long latencyMs,
        @Nullable @WholeNumber(min = 0, max = MOST) Long tokens,
        @Default("") @Text(max = 100) String taskType,
        @Nullable @Identifier String taskId)
        implements BulkItem {

    private static final long MOST = 1_000_000_000_000L;
    private static final int QUALITY_SCALE = 5;

    OutcomeInput {
        quality = quality.setScale(QUALITY_SCALE, RoundingMode.HALF_UP);
        taskType = Skills.canonical(taskType);
    }

    @Override
    public String key() {
        return id;
    }
}
