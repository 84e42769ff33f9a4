package dev.rhizome.chunking;

import dev.rhizome.extraction.Block;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * Cuts a text at its headings and between its sentences. A chunk is as long as it may be, or ends where a new part begins; what belongs
 * to a heading is cut alike whatever stands in front of it, so that a change does not reach past its own part.
 */
public final class Chunker {

    /** Between blocks. */
    static final String GAP = "\n\n";
    /** Between a heading and the one below it. */
    static final String BELOW = " › ";

    /** A part that is shorter than this share of a chunk has no chunk of its own, unless it is all there is. */
    private static final int LEAST_SHARE = 4;
    /** A token has this many characters at most, whatever the vocabulary says: it makes one of any long word that it does not know. */
    private static final int LONGEST_TOKEN = 10;

    private final ToIntFunction<String> tokens;
    private final int most;
    private final int overlap;

    /**
     * Cuts by {@code tokens}.
     *
     * @param most tokens of a chunk
     * @param overlap most tokens that a chunk has of the one before
     */
    public Chunker(ToIntFunction<String> tokens, int most, int overlap) {
        this.tokens = tokens;
        this.most = most;
        this.overlap = Math.min(overlap, most / 2);
    }

    /** The whole text of {@code blocks}, in which chunks have their places. */
    public static String text(List<Block> blocks) {
        return blocks.stream().map(Block::text).collect(Collectors.joining(GAP));
    }

    /** Whether {@code text} is one chunk for sure: no token is shorter than a character. */
    boolean surelyFits(String text) {
        return text.length() <= most;
    }

    /** The chunks of {@code blocks}, in order; at least one where there is a block. */
    public List<Chunk> cut(List<Block> blocks) {
        return new Cut(blocks).chunks();
    }

    /** What is not cut, as long as it fits a chunk. */
    private record Unit(int start, int end, int tokens, String heading, int page, boolean beginsPart) {}

    /** One text, as it is being cut. */
    private final class Cut {

        private final String text;
        private final List<Unit> units = new ArrayList<>();
        private final List<Chunk> chunks = new ArrayList<>();
        private final List<Unit> open = new ArrayList<>();
        private int openTokens;

        Cut(List<Block> blocks) {
            this.text = Chunker.text(blocks);
            addUnits(blocks);
        }

        private void addUnits(List<Block> blocks) {
            String[] headings = new String[7];
            boolean beginsPart = true;
            int start = 0;
            boolean isAllHeadings = blocks.stream().allMatch(Block::isHeading);
            for (Block block : blocks) {
                int end = start + block.text().length();
                if (block.isHeading() && !isAllHeadings) {
                    headings[block.level()] = block.text();
                    Arrays.fill(headings, block.level() + 1, headings.length, null);
                    beginsPart = true;
                } else {
                    String heading = Arrays.stream(headings)
                            .filter(Objects::nonNull)
                            .map(one -> one.replace('\n', ' '))
                            .collect(Collectors.joining(BELOW));
                    beginsPart = addSentences(start, end, new Place(heading, block.page()), beginsPart);
                }
                start = end + GAP.length();
            }
        }

        private record Place(String heading, int page) {}

        private boolean addSentences(int start, int end, Place place, boolean beginsPart) {
            BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ROOT);
            sentences.setText(text.substring(start, end));
            boolean first = beginsPart;
            int from = start;
            for (int next = sentences.next(); next != BreakIterator.DONE; next = sentences.next()) {
                addPieces(from, start + next, place, first);
                first = false;
                from = start + next;
            }
            return first;
        }

        /** A sentence; one that is longer than a chunk in halves at white space, and where there is none anywhere. */
        private void addPieces(int start, int end, Place place, boolean beginsPart) {
            int count = count(start, end);
            if (count <= most || end - start < 2) {
                units.add(new Unit(start, end, count, place.heading(), place.page(), beginsPart));
                return;
            }
            int middle = middle(start, end);
            addPieces(start, middle, place, beginsPart);
            addPieces(middle, end, place, false);
        }

        private int count(int start, int end) {
            int shortest = (end - start) / LONGEST_TOKEN;
            // What is too long by its characters is not given to the tokenizer, which takes time by the character.
            return shortest > most ? shortest : Math.max(shortest, tokens.applyAsInt(text.substring(start, end)));
        }

        private int middle(int start, int end) {
            int middle = start + (end - start) / 2;
            for (int away = 0; away < (end - start) / 4; away++) {
                if (Character.isWhitespace(text.charAt(middle + away))) {
                    return middle + away + 1;
                }
                if (Character.isWhitespace(text.charAt(middle - away))) {
                    return middle - away + 1;
                }
            }
            return Character.isLowSurrogate(text.charAt(middle)) ? middle + 1 : middle;
        }

        List<Chunk> chunks() {
            for (Unit unit : units) {
                boolean isNewPart = unit.beginsPart() && openTokens >= most / LEAST_SHARE;
                if (!open.isEmpty() && (isNewPart || openTokens + unit.tokens() > most)) {
                    close(isNewPart);
                    while (!open.isEmpty() && openTokens + unit.tokens() > most) {
                        openTokens -= open.removeFirst().tokens();
                    }
                }
                open.add(unit);
                openTokens += unit.tokens();
            }
            if (!open.isEmpty()) {
                close(true);
            }
            return chunks;
        }

        /** Makes a chunk of what is open; its last sentences stay open where the part goes on. */
        private void close(boolean isEndOfPart) {
            Unit first = open.getFirst();
            int end = open.getLast().end();
            while (end > first.start() && Character.isWhitespace(text.charAt(end - 1))) {
                end--;
            }
            chunks.add(
                    new Chunk(first.start(), end, first.heading(), first.page(), text.substring(first.start(), end)));
            int kept = 0;
            int from = open.size();
            while (!isEndOfPart && from > 1 && kept + open.get(from - 1).tokens() <= overlap) {
                from--;
                kept += open.get(from).tokens();
            }
            open.subList(0, from).clear();
            openTokens = kept;
        }
    }
}
