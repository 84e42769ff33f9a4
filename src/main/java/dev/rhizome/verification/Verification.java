package dev.rhizome.verification;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rhizome.database.Rows;
import dev.rhizome.paging.Cursor;
import dev.rhizome.validation.LowerTypeName;
import dev.rhizome.validation.OneOf;
import dev.rhizome.validation.SelfChecked;
import dev.rhizome.validation.Text;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A claim as it is stored; see {@link VerificationInput} for what its writer said.
 *
 * @param claimHash SHA-256 in hex of all that makes the claim
 * @param status pending, processing, completed, failed or cancelled
 * @param retries how often it was taken up again after it had failed
 * @param startedAt when it was taken up last, null until then
 * @param completedAt when it ended, null while it has not
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Verification(
        String id,
        String content,
        @Nullable String source,
        List<String> types,
        @Nullable String context,
        String priority,
        long timeoutMs,
        @JsonRawValue String metadata,
        String claimHash,
        String status,
        int retries,
        @Nullable String error,
        @Nullable String errorCode,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt,
        Instant updatedAt) {

    static final String COLUMNS = """
            verification_id, content, source, types, context, priority, timeout_ms, metadata,
            encode(claim_hash, 'hex') as claim_hash, status, retry_count, error, error_code, created_at, started_at,
            completed_at, updated_at""";

    /** Statuses that a client can set, each with those that it can follow; a result sets the others. */
    private static final Map<String, List<String>> BEFORE = Map.of(
            "processing", List.of("pending", "failed"),
            "failed", List.of("pending", "processing"),
            "cancelled", List.of("pending", "processing"));

    /** The statuses that {@code status} can follow. */
    static String[] before(String status) {
        return BEFORE.getOrDefault(status, List.of()).toArray(String[]::new);
    }

    /**
     * A step of its state machine.
     *
     * @param status the next: processing, failed or cancelled
     * @param error why it failed, null for nothing
     * @param errorCode a word for that
     */
    record Change(
            @OneOf({"processing", "failed", "cancelled"}) String status,
            @Nullable @Text(max = 4_000) String error,
            @Nullable @LowerTypeName String errorCode)
            implements SelfChecked {

        @Override
        public void check(Faults faults) {
            if (!status.equals("failed") && (error != null || errorCode != null)) {
                faults.reject(
                        error == null ? "errorCode" : "error",
                        error == null ? errorCode : error,
                        "nothing, unless status is failed");
            }
        }
    }

    static Verification of(Readable row) {
        return new Verification(
                Rows.required(row, "verification_id", String.class),
                Rows.required(row, "content", String.class),
                row.get("source", String.class),
                List.of(Rows.required(row, "types", String[].class)),
                row.get("context", String.class),
                Rows.required(row, "priority", String.class),
                Rows.required(row, "timeout_ms", Long.class),
                Rows.required(row, "metadata", String.class),
                Rows.required(row, "claim_hash", String.class),
                Rows.required(row, "status", String.class),
                Rows.required(row, "retry_count", Integer.class),
                row.get("error", String.class),
                row.get("error_code", String.class),
                Rows.required(row, "created_at", Instant.class),
                row.get("started_at", Instant.class),
                row.get("completed_at", Instant.class),
                Rows.required(row, "updated_at", Instant.class));
    }

    Cursor cursor() {
        return Cursor.of(createdAt.toString(), id);
    }
}
