package dev.rhizome.bench.relevance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rhizome.bench.relevance.JudgedCollection.Document;
import dev.rhizome.bench.relevance.JudgedCollection.Link;
import dev.rhizome.bench.relevance.JudgedCollection.Query;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgedCollectionTest {

    @TempDir
    private Path directory = Path.of("");

    @BeforeEach
    void aCollection() throws IOException {
        write("documents.tsv", "id\ttitle\tabstract\n1\tClocks\tthat tell time\n2\tRivers\t\n3\t\tno title\n");
        write("queries.tsv", "query\tid\nwhat tells time\tq1\nnothing answers this\tq2\n");
        write("judgements.tsv", "query\tdocument\nq1\t1\n");
        write("citations.tsv", "a\tb\n2\t1\n1\t2\n3\t3\n1\t3\n");
    }

    @Test
    void columnsAreReadByNameAndLinksLoseTheirDirection() {
        JudgedCollection collection = JudgedCollection.read(directory);

        assertThat(collection.documents())
                .containsExactly(
                        new Document("1", "Clocks", "that tell time"),
                        new Document("2", "Rivers", ""),
                        new Document("3", "", "no title"));
        assertThat(collection.queries()).containsExactly(new Query("q1", "what tells time"));
        assertThat(collection.gradesOf(new Query("q1", ""))).isEqualTo(Map.of("1", 1.0));
        assertThat(collection.links()).containsExactly(new Link("1", "2"), new Link("1", "3"));
    }

    @Test
    void gradesAreReadAndZeroIsNotRelevant() throws IOException {
        write("judgements.tsv", "query\tdocument\tgrade\nq1\t1\t2\nq1\t2\t0\nq2\t2\t0\n");

        JudgedCollection collection = JudgedCollection.read(directory);

        assertThat(collection.grades()).isEqualTo(Map.of("q1", Map.of("1", 2.0)));
        assertThat(collection.relevant()).isEqualTo(1);
    }

    @Test
    void textStandsForAbstractAndCitationsMayBeMissing() throws IOException {
        write("documents.tsv", "\uFEFFid\ttext\ttitle\r\n1\ttime\tClocks\r\n");
        Files.delete(directory.resolve("citations.tsv"));

        JudgedCollection collection = JudgedCollection.read(directory);

        assertThat(collection.documents()).containsExactly(new Document("1", "Clocks", "time"));
        assertThat(collection.links()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "documents.tsv | id;title;abstract/1;Clocks | line 2: 2 values (expected: 3 values, as in the header)",
                "documents.tsv | id;title;abstract/1;a;b/1;c;d | line 3: id: 1 again (expected: each document once)",
                "documents.tsv | id;title;abstract/1;; | line 2: neither title nor abstract (expected: one of them)",
                "documents.tsv | title;abstract/a;b | line 1: no column id (expected: a header with it; there are ",
                "queries.tsv | id;query/q1; | line 2: query: empty (expected: a value)",
                "judgements.tsv | query;document/q1;9 | line 2: document: 9 (expected: an id of documents.tsv)",
                "judgements.tsv | query;document/q9;1 | line 2: query: q9 (expected: an id of queries.tsv)",
                "judgements.tsv | query;document;grade/q1;1;-1 | line 2: grade: -1 (expected: a number, 0 for not ",
                "judgements.tsv | query;document;grade/q1;1;high | line 2: grade: high (expected: a number, 0 for ",
                "citations.tsv | a;b/1;9 | line 2: b: 9 (expected: an id of documents.tsv)",
            })
    void whatIsMalformedIsNamedWithItsFileAndLine(String file, String content, String message) throws IOException {
        write(file, content.replace(';', '\t').replace('/', '\n'));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> JudgedCollection.read(directory))
                .withMessageStartingWith(directory.resolve(file) + ", " + message);
    }

    @Test
    void whatIsMissingIsNamed() throws IOException {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JudgedCollection.read(directory.resolve("nowhere")))
                .withMessageContaining("nowhere: no directory (expected: one with documents.tsv, ");

        write("judgements.tsv", "query\tdocument\n");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JudgedCollection.read(directory))
                .withMessageEndingWith("judgements.tsv: no relevant document (expected: some)");

        Files.write(directory.resolve("queries.tsv"), "id\tquery\n1\tM\u00fcll".getBytes(StandardCharsets.ISO_8859_1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JudgedCollection.read(directory))
                .withMessageEndingWith("queries.tsv: bytes that are no text (expected: UTF-8)");

        Files.delete(directory.resolve("queries.tsv"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JudgedCollection.read(directory))
                .withMessageEndingWith("queries.tsv: missing (expected: a file of tab-separated values)");
    }

    private void write(String file, String content) throws IOException {
        Files.writeString(directory.resolve(file), content);
    }
}
