package dev.rhizome.extraction;

/** A file cannot be read, and never will be as it is. */
final class Unreadable extends Exception {

    private static final long serialVersionUID = 1L;

    private final String expected;

    /**
     * Says why.
     *
     * @param found what is wrong with it
     * @param expected what could be read
     */
    Unreadable(String found, String expected) {
        super(found, null, false, false);
        this.expected = expected;
    }

    String found() {
        return String.valueOf(getMessage());
    }

    String expected() {
        return expected;
    }
}
