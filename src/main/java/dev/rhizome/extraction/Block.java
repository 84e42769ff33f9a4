package dev.rhizome.extraction;

/**
 * A paragraph, a list item, a row of a table or a heading.
 *
 * @param text without empty lines, not blank
 * @param level 1 to 6 of a heading, 0 of anything else
 * @param page of a PDF, from 1; 0 where there are no pages
 */
public record Block(String text, int level, int page) {

    /** Whether it is a heading. */
    public boolean isHeading() {
        return level > 0;
    }
}
