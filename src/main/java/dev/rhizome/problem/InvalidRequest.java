package dev.rhizome.problem;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The request breaks rules that its author can read up; the first of them are listed, the others counted. */
public final class InvalidRequest extends RhizomeException {

    /** Most broken rules that are listed. */
    public static final int MOST_LISTED = 20;

    private static final long serialVersionUID = 1L;
    private static final int LONGEST_QUOTE = 80;

    @SuppressWarnings("serial") // never serialized; a record list is what it is
    private final List<FieldError> errors;

    private final int more;

    /** Collects {@code errors}, at least one. */
    public InvalidRequest(List<FieldError> errors) {
        this(errors, errors.size());
    }

    /**
     * Collects the first of some errors.
     *
     * @param errors at least one
     * @param count how many there are in all
     */
    public InvalidRequest(List<FieldError> errors, int count) {
        super(message(errors, count));
        this.errors = listed(errors);
        this.more = count - this.errors.size();
    }

    /** One broken rule; the message reads {@code limit: 500 (expected: 1 to 200)}. */
    public static InvalidRequest of(String field, @Nullable Object found, String expected) {
        return new InvalidRequest(List.of(error(field, found, expected)));
    }

    /** One broken rule, what was found shortened and without what no answer can hold. */
    public static FieldError error(String field, @Nullable Object found, String expected) {
        return new FieldError(quote(field), quote(String.valueOf(found)), expected);
    }

    /** The same broken rules, of a field that the caller knows as {@code field}. */
    public InvalidRequest named(String field) {
        return new InvalidRequest(errors.stream()
                .map(error -> new FieldError(field, error.detail(), error.expected()))
                .toList());
    }

    /** The first broken rules, in the order they were found. */
    public List<FieldError> errors() {
        return errors;
    }

    /** How many more there are. */
    public int more() {
        return more;
    }

    private static String message(List<FieldError> errors, int count) {
        String listed = listed(errors).stream().map(FieldError::toString).collect(Collectors.joining("; "));
        return count <= MOST_LISTED ? listed : listed + "; and " + (count - MOST_LISTED) + " more";
    }

    private static List<FieldError> listed(List<FieldError> errors) {
        return List.copyOf(errors.subList(0, Math.min(MOST_LISTED, errors.size())));
    }

    /** Half of a surrogate pair cannot be written as UTF-8, and control characters do not belong into a message. */
    private static String quote(String found) {
        StringBuilder quote = new StringBuilder();
        int characters = 0;
        for (int i = 0; i < found.length(); characters++) {
            int character = found.codePointAt(i);
            if (characters == LONGEST_QUOTE) {
                return quote.append('…').toString();
            }
            boolean shown = !Character.isISOControl(character) && Character.getType(character) != Character.SURROGATE;
            quote.appendCodePoint(shown ? character : '\uFFFD');
            i += Character.charCount(character);
        }
        return quote.toString();
    }
}
