package dev.rhizome.problem;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The request breaks a rule that its author can read up; every broken rule found is listed. */
public final class InvalidRequest extends RhizomeException {

    private static final long serialVersionUID = 1L;
    private static final int LONGEST_QUOTE = 80;

    @SuppressWarnings("serial") // never serialized; a record list is what it is
    private final List<FieldError> errors;

    /** Collects {@code errors}, at least one. */
    public InvalidRequest(List<FieldError> errors) {
        super(errors.stream().map(FieldError::toString).collect(Collectors.joining("; ")));
        this.errors = List.copyOf(errors);
    }

    /** One broken rule; the message reads {@code limit: 500 (expected: 1 to 200)}. */
    public static InvalidRequest of(String field, @Nullable Object found, String expected) {
        return new InvalidRequest(List.of(new FieldError(field, quote(found), expected)));
    }

    /** The same broken rules, of a field that the caller knows as {@code field}. */
    public InvalidRequest named(String field) {
        return new InvalidRequest(errors.stream()
                .map(error -> new FieldError(field, error.detail(), error.expected()))
                .toList());
    }

    /** The broken rules, in the order they were found. */
    public List<FieldError> errors() {
        return errors;
    }

    private static String quote(@Nullable Object found) {
        String text = String.valueOf(found);
        return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
    }
}
