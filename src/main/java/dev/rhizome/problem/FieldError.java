package dev.rhizome.problem;

/**
 * What is wrong with one field of a request.
 *
 * @param field the field as the caller wrote it, {@code metadata.depth} or {@code limit}
 * @param detail what was found, shortened
 * @param expected what would have been right
 */
public record FieldError(String field, String detail, String expected) {

    @Override
    public String toString() {
        return field + ": " + detail + " (expected: " + expected + ")";
    }
}
