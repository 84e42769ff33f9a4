package dev.rhizome.extraction;

import java.util.List;

/**
 * What a file says.
 *
 * @param title that the file gives itself, up to 500 characters; empty where it gives none
 * @param blocks in reading order, at least one
 * @param links absolute http and https URLs that it points to, each once, in order
 * @param pages of a PDF; 0 where there are none
 */
public record ExtractedText(String title, List<Block> blocks, List<String> links, int pages) {}
