package dev.rhizome.extraction;

import dev.rhizome.validation.Characters;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Collects the blocks of one file, within what it may have. */
final class Blocks {

    private static final Pattern SPACES = Pattern.compile("[\\h\\s&&[^\n]]+");
    private static final Pattern LINE_ENDS = Pattern.compile(" ?\n\\s*");
    /** In a table of contents, up to the number of the page. */
    private static final Pattern LEADERS = Pattern.compile("(?: ?[.\u00b7]){4,}");

    private static final int LONGEST_TITLE = 500;

    private final List<Block> blocks = new ArrayList<>();
    private final int most;
    private int characters;

    /**
     * Collects none yet.
     *
     * @param most characters of all of them
     */
    Blocks(int most) {
        this.most = most;
    }

    /**
     * Adds a block, unless there is nothing to read in it.
     *
     * @param text line ends in it stay, other white space becomes one space
     * @throws Unreadable where the file has too much text
     */
    void add(String text, int level, int page) throws Unreadable {
        String spaced = SPACES.matcher(clean(text)).replaceAll(" ");
        String lined = LINE_ENDS.matcher(spaced).replaceAll("\n");
        String readable = LEADERS.matcher(lined).replaceAll(" …").strip();
        if (!Characters.areVisible(readable)) {
            return;
        }
        characters += readable.length() + 2; // an empty line between two
        if (characters > most) {
            throw new Unreadable("more than " + most + " characters of text", "a shorter document, or its parts");
        }
        blocks.add(new Block(readable, level, page));
    }

    List<Block> list() {
        return blocks;
    }

    /** A title for people of {@code text}: one line, shortened; empty where there is nothing to read in it. */
    static String title(String text) {
        String line = clean(text).replaceAll("\\s+", " ").strip();
        return Characters.areVisible(line) ? Characters.first(LONGEST_TITLE, line) : "";
    }

    /** PDFs hold what no text may: control characters, and halves of characters. */
    private static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c == '\r' ? '\n' : c)
                .filter(c -> c != 0xAD && c != 0xFEFF) // soft hyphens and byte order marks show nothing
                .map(c -> isText(c) ? c : ' ')
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }

    private static boolean isText(int character) {
        return character == '\n'
                || !(Character.isISOControl(character)
                        || Character.getType(character) == Character.SURROGATE
                        || Character.getType(character) == Character.UNASSIGNED);
    }
}
