package dev.rhizome.provenance;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.validation.Ratio;
import org.jspecify.annotations.Nullable;

/**
 * How good what an entry records was found to be, each 0 to 1; null is not known, which is not 0.
 *
 * @param evidenceCompleteness of the evidence that was there of all that was asked for
 * @param budgetAdherence how far the budget was kept
 * @param gateIntegrity how far the gates held
 * @param provenanceClarity how clear it is where things came from
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Scores(
        @Nullable @Ratio Float evidenceCompleteness,
        @Nullable @Ratio Float budgetAdherence,
        @Nullable @Ratio Float gateIntegrity,
        @Nullable @Ratio Float provenanceClarity) {

    /** None is known. */
    static final Scores NONE = new Scores(null, null, null, null);
}
