package dev.rhizome.agent;

import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Paged;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.PageSize;
import dev.rhizome.validation.Ratio;
import dev.rhizome.validation.Text;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which agent is wanted for a task.
 *
 * @param text what is to be done, null where only words are asked for
 * @param taskType that it must declare, null for any
 * @param languages of which it must declare one, empty for any
 * @param specializations of which it must declare one, empty for any
 * @param maxUtilization 0 to 1
 * @param minSuccessRate 0 to 1
 * @param limit how many
 * @param cursor behind which match
 */
record MatchRequest(
        @Nullable @Text(max = 10_000) String text,
        @Nullable @Text(max = 100) String taskType,
        @Size(max = 200) List<@Text(max = 100) String> languages,
        @Size(max = 200) List<@Text(max = 100) String> specializations,
        @Default("1") @Ratio double maxUtilization,
        @Default("0") @Ratio double minSuccessRate,
        @Default("50") @PageSize int limit,

        @Nullable @CursorOf({Cursor.Part.NUMBER, Cursor.Part.TEXT})
        Cursor cursor)
        implements Paged {

    MatchRequest {
        text = text == null ? null : text.strip();
        languages = Skills.distinct(languages);
        specializations = Skills.distinct(specializations);
    }
}
