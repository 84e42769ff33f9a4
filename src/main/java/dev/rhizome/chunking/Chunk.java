package dev.rhizome.chunking;

/**
 * A piece of a text that is found by itself.
 *
 * @param start of its first character in the whole text, from 0
 * @param end behind its last character
 * @param heading those above its beginning, outermost first, joined by {@code " › "}; empty where there are none
 * @param page on which it begins, from 1; 0 where there are no pages
 * @param text the characters from start to end
 */
public record Chunk(int start, int end, String heading, int page, String text) {}
