package dev.rhizome.validation;

/** What the characters of a text are, by Unicode. */
public final class Characters {

    /** Letters and symbols by their category that show nothing. */
    private static final String INVISIBLE = "\u115F\u1160\u2800\u3164\uFFA0\uFFFC\uFFFD";

    private Characters() {}

    /** How many characters {@code text} has, each code point one. */
    public static int count(String text) {
        return text.codePointCount(0, text.length());
    }

    /**
     * Whether {@code text} shows anything: it has a letter, a number, a symbol or a punctuation mark. White space, format
     * characters such as U+200B and marks without a letter show nothing.
     */
    public static boolean areVisible(String text) {
        for (int i = 0; i < text.length(); ) {
            int character = text.codePointAt(i);
            if (isVisible(character)) {
                return true;
            }
            i += Character.charCount(character);
        }
        return false;
    }

    private static boolean isVisible(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.COMBINING_SPACING_MARK -> false;
            default -> INVISIBLE.indexOf(character) < 0;
        };
    }

    /** Whether there is a control character in {@code text}. */
    public static boolean containControl(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /** Whether {@code text} can be stored and sent: it has no U+0000 and no half of a surrogate pair. */
    public static boolean areStorable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit == 0 || Character.isLowSurrogate(unit)) {
                return false;
            }
            if (Character.isHighSurrogate(unit)) {
                i++;
                if (i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The first {@code most} characters of {@code text}, none of them cut in halves. */
    public static String first(int most, String text) {
        return text.length() <= most || count(text) <= most
                ? text
                : text.substring(0, text.offsetByCodePoints(0, most));
    }

    /** Bytes of {@code text} in UTF-8. */
    public static int bytes(String text) {
        int bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit >= 0x800) {
                bytes += Character.isSurrogate(unit) ? 1 : 2; // a pair is four bytes
            } else if (unit >= 0x80) {
                bytes++;
            }
        }
        return bytes;
    }
}
