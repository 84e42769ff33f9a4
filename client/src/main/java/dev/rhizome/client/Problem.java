package dev.rhizome.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A problem document of RFC 9457, as the service answers what it refuses.
 *
 * @param type {@code urn:rhizome:problem:<slug>}
 * @param title the same for every problem of the type
 * @param status the HTTP status
 * @param detail what is wrong with this request
 * @param requestId what to quote when asking the service's operator about it, null where something else answered
 * @param errors fields that are wrong, empty for other problems
 */
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        @Nullable String requestId,
        List<FieldError> errors) {

    /**
     * What is wrong with one field.
     *
     * @param field as the caller wrote it
     * @param detail what was found
     * @param expected what would have been right
     */
    public record FieldError(String field, String detail, String expected) {}

    /** What the document leaves out, because something else than the service may have answered. */
    @SuppressWarnings("NullAway") // Jackson leaves out what the document has not
    public Problem {
        type = type == null ? "about:blank" : type;
        title = title == null ? "" : title;
        detail = detail == null ? "the service gave no reason" : detail;
        errors = errors == null ? List.of() : List.copyOf(errors);
    }

    /** A problem of which only the status is known. */
    static Problem of(int status, String detail) {
        return new Problem("about:blank", "", status, detail, null, List.of());
    }
}
