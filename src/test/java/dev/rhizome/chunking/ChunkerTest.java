package dev.rhizome.chunking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.embedding.TokenCounter;
import dev.rhizome.extraction.Block;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where texts are cut. */
class ChunkerTest {

    private static final int MOST = 40;
    private static final TokenCounter TOKENS = new TokenCounter();
    private static final Chunker CHUNKER = new Chunker(TOKENS::count, MOST, 10);

    private static Block words(int count, String word) {
        return new Block(IntStream.range(0, count).mapToObj(i -> word).collect(Collectors.joining(" ")) + ".", 0, 0);
    }

    private static Block heading(int level, String text) {
        return new Block(text, level, 0);
    }

    @Test
    void aShortTextIsOneChunk() {
        List<Block> blocks = List.of(new Block("One. Two.", 0, 1), new Block("Three.", 0, 2));

        assertThat(CHUNKER.cut(blocks)).containsExactly(new Chunk(0, 17, "", 1, "One. Two.\n\nThree."));
    }

    @Test
    void partsBeginChunksAndNameThem() {
        List<Block> blocks = List.of(
                heading(1, "Bees"),
                words(20, "bee"),
                heading(2, "Food"),
                words(20, "nectar"),
                heading(1, "Wasps"),
                words(20, "wasp"));

        assertThat(CHUNKER.cut(blocks)).extracting(Chunk::heading).containsExactly("Bees", "Bees › Food", "Wasps");
    }

    @Test
    void smallPartsStayTogether() {
        List<Block> blocks = List.of(heading(1, "A"), words(2, "a"), heading(1, "B"), words(2, "b"));

        assertThat(CHUNKER.cut(blocks)).extracting(Chunk::text).containsExactly("a a.\n\nB\n\nb b.");
    }

    @Test
    void aTextOfHeadingsAloneIsNotLost() {
        assertThat(CHUNKER.cut(List.of(heading(1, "Alone"))))
                .extracting(Chunk::text)
                .containsExactly("Alone");
    }

    @Test
    void sentencesAreKeptWholeAndRepeated() {
        String text = IntStream.range(0, 12)
                .mapToObj(i -> "This is sentence number " + i + ".")
                .collect(Collectors.joining(" "));

        List<Chunk> chunks = CHUNKER.cut(List.of(new Block(text, 0, 0)));

        assertThat(chunks)
                .hasSizeGreaterThan(2)
                .allSatisfy(chunk -> assertThat(chunk.text()).startsWith("This").endsWith("."));
        for (int i = 1; i < chunks.size(); i++) {
            assertThat(chunks.get(i).start()).isLessThan(chunks.get(i - 1).end());
        }
    }

    @Test
    void aChangeDoesNotReachPastItsPart() {
        List<Block> part = List.of(heading(1, "Rest"), words(200, "rest"));
        List<Block> before = new ArrayList<>(List.of(heading(1, "First"), words(50, "first")));
        List<Block> after = new ArrayList<>(List.of(heading(1, "First"), words(130, "other")));
        before.addAll(part);
        after.addAll(part);

        assertThat(ofRest(after)).isNotEmpty().isEqualTo(ofRest(before));
    }

    private static List<String> ofRest(List<Block> blocks) {
        return CHUNKER.cut(blocks).stream()
                .filter(chunk -> chunk.heading().equals("Rest"))
                .map(Chunk::text)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "\u8702", "\ud83d\udc1d", "ab1/", " word", "\n"})
    void whateverItIsEveryChunkFits(String unit) {
        String text = unit.repeat(5_000).strip();
        if (text.isEmpty()) {
            text = "x";
        }
        List<Chunk> chunks = CHUNKER.cut(List.of(new Block(text, 0, 0)));

        assertThat(chunks).allSatisfy(chunk -> {
            assertThat(TOKENS.count(chunk.text())).isLessThanOrEqualTo(MOST + 2);
            assertThat(chunk.text().length()).isLessThanOrEqualTo(11 * MOST);
        });
    }

    /** Nothing is lost: chunks cover all that is no heading, in order, and are what the text has there. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void chunksCoverTheText(long seed) {
        Random random = new Random(seed);
        List<Block> blocks = IntStream.range(0, 60)
                .mapToObj(i -> random.nextInt(5) == 0
                        ? heading(1 + random.nextInt(6), "Heading " + i)
                        : words(1 + random.nextInt(70), random.nextBoolean() ? "bee" : "pneumonoultramicroscopic"))
                .toList();
        String text = Chunker.text(blocks);

        List<Chunk> chunks = CHUNKER.cut(blocks);

        boolean[] covered = new boolean[text.length()];
        int last = -1;
        for (Chunk chunk : chunks) {
            assertThat(chunk.text()).isEqualTo(text.substring(chunk.start(), chunk.end()));
            assertThat(chunk.start()).isGreaterThan(last);
            last = chunk.start();
            Arrays.fill(covered, chunk.start(), chunk.end(), true);
        }
        int at = 0;
        for (Block block : blocks) {
            for (int i = at; i < at + block.text().length() && !block.isHeading(); i++) {
                assertThat(covered[i] || Character.isWhitespace(text.charAt(i)))
                        .as("character " + i)
                        .isTrue();
            }
            at += block.text().length() + Chunker.GAP.length();
        }
    }
}
