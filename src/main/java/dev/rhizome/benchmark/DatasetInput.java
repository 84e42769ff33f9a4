package dev.rhizome.benchmark;

import dev.rhizome.validation.Default;
import dev.rhizome.validation.JsonObject;
import dev.rhizome.validation.LowerTypeName;
import dev.rhizome.validation.Name;
import dev.rhizome.validation.OneOf;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.WholeNumber;
import org.jspecify.annotations.Nullable;

/**
 * A dataset as a client sends it.
 *
 * @param name see {@link Dataset}, as all that follow
 */
record DatasetInput(
        @Name String name,
        @Default("") @Text(min = 0, max = 4_000) String description,
        @LowerTypeName String taskType,
        @Default("1.0.0") @Text(min = 0, max = 200) String version,
        @WholeNumber(min = 1) long testCases,
        @Default("{}") @JsonObject String baseline,
        @Nullable @Text(min = 0, max = 200) String checksum,

        @Default("pending") @OneOf({"pending", "validating", "valid", "invalid"})
        String validationStatus) {

    /** The dataset of this {@code id}. */
    Dataset dataset(String id) {
        return new Dataset(
                id,
                name,
                description,
                taskType,
                version.isEmpty() ? "1.0.0" : version,
                testCases,
                baseline,
                checksum == null || checksum.isEmpty() ? null : checksum,
                validationStatus,
                null,
                null);
    }
}
