package dev.rhizome.verification;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rhizome.database.Rows;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.LowerTypeName;
import dev.rhizome.validation.Ratio;
import dev.rhizome.validation.SelfChecked;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.WholeNumber;
import io.r2dbc.spi.Readable;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What came out of a verification.
 *
 * @param id of the verification
 * @param claimHash SHA-256 in hex of all that makes the claim
 * @param verdict see {@link Input}, as all that follow
 * @param methods JSON array of what each method said
 * @param entry id of the verdict in the tenant's provenance that records it, null where none does
 * @param evidence how much there is
 * @param hits how often it answered the same claim
 * @param keptUntil until when it does, null where it does not
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record VerificationResult(
        String id,
        String claimHash,
        String verdict,
        float confidence,
        List<String> reasoning,
        @JsonRawValue String methods,
        long processingTimeMs,
        @Nullable String entry,
        long evidence,
        long hits,
        @Nullable Instant keptUntil,
        Instant createdAt) {

    static final String COLUMNS = """
            r.verification_id, encode(r.claim_hash, 'hex') as claim_hash, r.verdict, r.confidence, r.reasoning, r.methods,
            r.processing_time_ms, r.entry_id, r.hits, r.kept_until, r.created_at,
            (select count(*) from verification_evidence e
              where e.tenant_id = $1 and e.verification_id = r.verification_id) as evidence""";

    private static final long LONGEST_SECONDS = 366L * 24 * 60 * 60;
    private static final long MOST_MS = 86_400_000;

    /**
     * What one method said.
     *
     * @param method its name
     * @param verdict as of the whole; {@code error} where it failed
     * @param confidence 0 to 1
     * @param reasoning for people
     * @param processingTimeMs that it took
     */
    record MethodResult(
            @LowerTypeName String method,

            @VerdictName String verdict,

            @Default("0") @Ratio float confidence,
            @Default("") @Text(min = 0, max = 4_000) String reasoning,

            @Default("0") @WholeNumber(min = 0, max = MOST_MS)
            long processingTimeMs) {}

    /**
     * A result as a client sends it.
     *
     * @param verdict {@code error} where nothing came out, so that the verification has failed
     * @param confidence 0 to 1
     * @param reasoning steps that led to it, at most 100
     * @param methods what each said, at most 20, each once
     * @param evidence at most 200
     * @param processingTimeMs null for the time since it was taken up
     * @param keepSeconds how long the same claim is answered from it, up to 366 days; 0 for not at all
     * @param recordInProvenance whether a verdict in the tenant's provenance records it
     */
    record Input(
            @VerdictName String verdict,

            @Ratio float confidence,
            @Size(max = 100) List<@Text(max = 4_000) String> reasoning,
            @Size(max = 20) List<MethodResult> methods,
            @Size(max = 200) List<Evidence.Input> evidence,
            @Nullable @WholeNumber(min = 0, max = MOST_MS) Long processingTimeMs,

            @Default("0") @WholeNumber(min = 0, max = LONGEST_SECONDS)
            long keepSeconds,

            @Default("false") boolean recordInProvenance)
            implements SelfChecked {

        @Override
        public void check(Faults faults) {
            Set<String> names = new HashSet<>();
            for (MethodResult result : methods) {
                if (!names.add(result.method())) {
                    faults.reject("methods", result.method() + " twice", "each method once");
                }
            }
        }

        /** The status that the verification has with it. */
        String status() {
            return verdict.equals("error") ? "failed" : "completed";
        }
    }

    static VerificationResult of(Readable row) {
        return new VerificationResult(
                Rows.required(row, "verification_id", String.class),
                Rows.required(row, "claim_hash", String.class),
                Rows.required(row, "verdict", String.class),
                Rows.required(row, "confidence", Float.class),
                List.of(Rows.required(row, "reasoning", String[].class)),
                Rows.required(row, "methods", String.class),
                Rows.required(row, "processing_time_ms", Long.class),
                row.get("entry_id", String.class),
                Rows.required(row, "evidence", Long.class),
                Rows.required(row, "hits", Long.class),
                row.get("kept_until", Instant.class),
                Rows.required(row, "created_at", Instant.class));
    }
}
