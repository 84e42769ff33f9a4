package dev.rhizome.extraction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.testing.Pdfs;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.util.unit.DataSize;

/** What files say, read in a real process; and what becomes of files that are made to do harm. */
class ExtractorTest {

    private static final Extractor EXTRACTOR = extractor(100_000, Duration.ofSeconds(20), "60s");
    private static final String PAGE = """
            <html><head><title>Bees &amp; wasps</title><style>p {color: red}</style></head><body>
            <nav><a href="/home">Home</a></nav>
            <main><h1>Bees</h1><p>A bee <b>collects</b>
            nectar.<script>alert(1)</script></p><h2>Wasps</h2>
            <ul><li>They sting.<li>They hunt.</ul>
            <table><tr><th>Kind<th>Legs<tr><td>wasp<td>6</table>
            <pre>one  two
              three</pre><p hidden>secret</p><a href="more.html#x">More</a></main><footer>Contact</footer></body></html>
            """;

    @AfterAll
    static void stop() {
        EXTRACTOR.close();
    }

    private static Extractor extractor(int characters, Duration time, String idle) {
        return new Extractor(
                new ExtractionProperties(
                        DataSize.ofMegabytes(10),
                        characters,
                        100,
                        time,
                        DataSize.ofMegabytes(64),
                        1,
                        Duration.parse("PT" + idle)),
                tenant -> 1);
    }

    private static ExtractedText read(Format format, byte[] bytes, @Nullable String charset) {
        return Objects.requireNonNull(EXTRACTOR
                .read(new Source(format, bytes, charset, "https://example.org/a/"))
                .block());
    }

    private static ExtractedText read(Format format, String text) {
        return read(format, text.getBytes(StandardCharsets.UTF_8), null);
    }

    private static List<String> texts(ExtractedText text) {
        return text.blocks().stream()
                .map(block -> block.level() == 0 ? block.text() : block.level() + " " + block.text())
                .toList();
    }

    @Test
    void htmlIsWhatAReaderReads() {
        ExtractedText page = read(Format.HTML, PAGE);

        assertThat(page.title()).isEqualTo("Bees & wasps");
        assertThat(texts(page))
                .containsExactly(
                        "1 Bees",
                        "A bee collects nectar.",
                        "2 Wasps",
                        "They sting.",
                        "They hunt.",
                        "Kind | Legs",
                        "wasp | 6",
                        "one two\nthree",
                        "More");
        assertThat(page.links()).containsExactly("https://example.org/a/more.html#x");
    }

    @Test
    void markdownIsReadAsWhatItMeans() {
        ExtractedText text = read(
                Format.MARKDOWN,
                "---\ntags: [x]\n---\n# Bees\n\nA *bee*\ncollects.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nx = 1\n```\n");

        assertThat(text.title()).isEqualTo("Bees");
        assertThat(texts(text)).containsExactly("1 Bees", "A bee collects.", "a | b", "1 | 2", "x = 1");
    }

    @Test
    void textIsParagraphs() {
        ExtractedText text =
                read(Format.TEXT, "First line\nsecond\r\n\r\nNext\u0000 one\n\n\n1 Bees . . . . . . 7\n\nWell ...");

        assertThat(text.title()).isEqualTo("First line");
        assertThat(texts(text)).containsExactly("First line\nsecond", "Next one", "1 Bees … 7", "Well ...");
    }

    @Test
    void aPdfIsReadPageByPage() {
        ExtractedText text = read(
                Format.PDF,
                Pdfs.of(
                        "Hives",
                        List.of(
                                List.of("A hive is warm. It is pol-", "linated."),
                                List.of(),
                                List.of("Queens lay eggs."))),
                null);

        assertThat(text.title()).isEqualTo("Hives");
        assertThat(text.pages()).isEqualTo(3);
        assertThat(text.blocks())
                .containsExactly(
                        new Block("A hive is warm. It is pollinated.", 0, 1), new Block("Queens lay eggs.", 0, 3));
    }

    @ParameterizedTest
    @CsvSource({"ISO-8859-1,caf\u00e9", "UTF-16LE,\u8702", "windows-1252,20 \u20ac"})
    void theCharsetThatIsNamedIsUsed(String charset, String word) {
        assertThat(texts(read(Format.TEXT, word.getBytes(Charset.forName(charset)), charset)))
                .containsExactly(word);
        assertThat(texts(read(Format.HTML, ("<p>" + word).getBytes(Charset.forName(charset)), charset)))
                .containsExactly(word);
    }

    private static void assertRefused(Format format, byte[] bytes, String found) {
        assertThatThrownBy(() -> read(format, bytes, null))
                .isInstanceOfSatisfying(
                        InvalidRequest.class,
                        refused ->
                                assertThat(refused.errors().getFirst().detail()).contains(found));
        assertThat(texts(read(Format.HTML, "<p>still here"))).containsExactly("still here");
    }

    @Test
    void whatCannotBeReadIsRefused() {
        assertRefused(Format.PDF, new byte[0], "not a PDF");
        assertRefused(Format.PDF, "<html>".getBytes(StandardCharsets.UTF_8), "not a PDF");
        assertRefused(Format.PDF, Pdfs.locked("sesame"), "password");
        assertRefused(Format.PDF, Pdfs.of("Scan", List.of(List.of())), "no text");
        assertRefused(Format.HTML, "<script>x()</script>".getBytes(StandardCharsets.UTF_8), "no text");
        assertRefused(Format.TEXT, "\u200b \n".getBytes(StandardCharsets.UTF_8), "no text");
        assertRefused(Format.TEXT, "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1), "not in UTF-8");
        assertRefused(Format.TEXT, "bee ".repeat(30_000).getBytes(StandardCharsets.UTF_8), "100000 characters");
        assertRefused(Format.HTML, "<p>bee ".repeat(30_000).getBytes(StandardCharsets.UTF_8), "100000 characters");
        assertRefused(Format.PDF, Pdfs.of("Long", Collections.nCopies(101, List.of("p"))), "101 pages");
    }

    @Test
    void aFileThatTakesTooMuchMemoryCostsItsProcessAlone() {
        assertRefused(Format.HTML, "<p>x".repeat(2_000_000).getBytes(StandardCharsets.UTF_8), "64 MB of memory");
    }

    @Test
    void deepMarkupIsRead() {
        assertThat(texts(read(Format.HTML, "<div>".repeat(100_000) + "deep"))).containsExactly("deep");
        assertThat(texts(read(Format.MARKDOWN, ">".repeat(50_000) + " deep"))).hasSize(1);
        assertThat(texts(read(Format.MARKDOWN, "*a **a ".repeat(10_000)))).hasSize(1);
        assertThat(texts(read(Format.MARKDOWN, "[".repeat(50_000) + "deep"))).hasSize(1);
    }

    @Test
    void aFileThatTakesTooLongIsGivenUp() {
        try (Extractor hasty = extractor(100_000, Duration.ofMillis(1), "60s")) {
            Source source = new Source(Format.HTML, PAGE.getBytes(StandardCharsets.UTF_8), null, "");

            assertThatThrownBy(() -> hasty.read(source).block()).hasMessageContaining("not read within 0 s");
        }
    }

    @Test
    void aProcessThatHasNothingToReadEnds() throws InterruptedException {
        Set<Long> others = processes();
        try (Extractor sleepy = extractor(100_000, Duration.ofSeconds(20), "0.2s")) {
            assertThat(sleepy.read(new Source(Format.HTML, PAGE.getBytes(StandardCharsets.UTF_8), null, ""))
                            .block())
                    .isNotNull();
            Set<Long> its = processes();
            its.removeAll(others);
            assertThat(its).hasSize(1);
            for (int i = 0; i < 100 && processes().containsAll(its); i++) {
                Thread.sleep(50);
            }
            assertThat(processes()).doesNotContainAnyElementsOf(its);
        }
    }

    private static Set<Long> processes() {
        return ProcessHandle.current()
                .children()
                .filter(ProcessHandle::isAlive)
                .map(ProcessHandle::pid)
                .collect(Collectors.toSet());
    }

    @Test
    void whoeverCancelsEndsTheProcess() {
        try (Extractor slow = extractor(100_000, Duration.ofSeconds(20), "60s")) {
            Source large = new Source(Format.HTML, "<p>x".repeat(100_000).getBytes(StandardCharsets.UTF_8), null, "");

            assertThatThrownBy(() ->
                            slow.read(large).timeout(Duration.ofMillis(30)).block())
                    .hasMessageContaining("30ms");
            assertThat(slow.read(new Source(Format.HTML, "<p>next".getBytes(StandardCharsets.UTF_8), null, ""))
                            .block())
                    .isNotNull();
        }
    }
}
