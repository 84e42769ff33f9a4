package dev.rhizome.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A file of a chain, in which whoever has it can write anything. */
class ChainFileContractTest {

    private static @Nullable Tampering tampering;
    private static List<ObjectNode> lines = List.of();

    @TempDir
    private Path directory = Path.of("");

    @BeforeAll
    static void aChain() throws IOException {
        tampering = new Tampering();
        lines = chain().lines();
    }

    @AfterAll
    static void close() {
        chain().close();
    }

    private static Tampering chain() {
        return Objects.requireNonNull(tampering);
    }

    /** All fields of the third entry, with what is in them. */
    static Stream<String> fieldsOfAnEntry() {
        return fields("", entry(3)).filter(field -> !field.equals("/event"));
    }

    private static Stream<String> fields(String path, JsonNode node) {
        return node.propertyStream()
                .flatMap(member -> member.getValue().isObject()
                        ? fields(path + "/" + member.getKey(), member.getValue())
                        : Stream.of(path + "/" + member.getKey()));
    }

    @ParameterizedTest
    @MethodSource("fieldsOfAnEntry")
    void anEditOfAnyFieldIsFound(String field) throws IOException {
        String said = chain().offlineWithKey(changed(copy -> edit(copy.get(3), field)));

        assertThat(said).startsWith("1 ").contains("first bad entry 3:");
    }

    @ParameterizedTest
    @MethodSource("fieldsOfAnEntry")
    void aFieldThatIsMissingIsFound(String field) throws IOException {
        String said = chain().offlineWithKey(changed(copy -> {
            ObjectNode of = (ObjectNode) copy.get(3).at(field.substring(0, field.lastIndexOf('/')));
            JsonNode ignored = of.remove(field.substring(field.lastIndexOf('/') + 1));
        }));

        assertThat(said).startsWith("1 ").contains("first bad entry 3:");
    }

    private static void edit(ObjectNode entry, String field) {
        ObjectNode of = (ObjectNode) entry.at(field.substring(0, field.lastIndexOf('/')));
        String name = field.substring(field.lastIndexOf('/') + 1);
        JsonNode value = of.path(name);
        if (value.isArray()) {
            of.putArray(name).add(1);
        } else if (value.isNumber()) {
            of.put(name, value.asDouble() + 0.0000000001);
        } else {
            String text = value.asString();
            of.put(name, text.endsWith("Z") ? text.replace("Z", "1Z").replace(":001Z", ":00.0000001Z") : text + "0");
        }
    }

    @Test
    void aFileThatWasCutIsFoundWhereverItWas() throws IOException {
        String whole = Files.readString(chain().export());
        for (int length = 1; length < whole.length() - 1; length += 97) {
            Path cut = Files.writeString(directory.resolve("cut"), whole.substring(0, length));
            assertThat(chain().offlineWithKey(cut))
                    .as("cut at " + length)
                    .startsWith("1 ")
                    .contains("invalid: ");
        }
    }

    @Test
    void whatIsNoChainIsToldInWords() throws IOException {
        Path empty = Files.writeString(directory.resolve("empty"), "");
        Path garbage = Files.write(directory.resolve("garbage"), new byte[] {(byte) 0xff, 0, 1, 2, 10});
        Path json = Files.writeString(directory.resolve("json"), "{\"a\":1}\n");

        assertThat(chain().offline(empty)).startsWith("1 ").contains("the file is empty");
        assertThat(chain().offline(garbage)).startsWith("1 ").contains("not text in UTF-8");
        assertThat(chain().offline(json)).startsWith("1 ").contains("line 1 is not that of a chain");
    }

    @Test
    void whatIsNotUnderstoodIsAnErrorOfUsage() throws IOException {
        Path garbage = Files.writeString(directory.resolve("garbage"), "garbage");

        assertThat(chain().offline(directory.resolve("nowhere"))).startsWith("2 ");
        assertThat(chain().offline(chain().export(), "--key", garbage.toString()))
                .startsWith("2 ");
        assertThat(chain().offline(chain().export(), "--head", garbage.toString()))
                .startsWith("2 ");
        assertThat(chain().offline(chain().export(), "--nothing")).startsWith("2 ");
    }

    @Test
    void linesThatAreMissingOrSwappedOrRepeatedAreFound() throws IOException {
        assertThat(chain().offlineWithKey(changed(copy -> removed(copy, 4))))
                .contains("first bad entry 4: ", "\ninvalid");
        assertThat(chain().offlineWithKey(changed(copy -> copy.add(7, copy.get(6)))))
                .contains("another entry of this number was there before");
        assertThat(chain().offlineWithKey(changed(copy -> copy.add(3, copy.remove(2)))))
                .contains("first bad entry 2: ");
        assertThat(chain().offlineWithKey(changed(copy -> copy.add(copy.getLast()))))
                .contains("behind the last line");
        assertThat(chain().offlineWithKey(changed(copy -> copy.get(3).put("more", 1))))
                .contains("line 4 is cut or damaged");
    }

    private static void removed(List<ObjectNode> copy, int line) {
        ObjectNode ignored = copy.remove(line);
    }

    /** Whoever cuts the end off and mends the first and the last line is found by a head that was kept, and by nothing else. */
    @Test
    void anEndThatWasCutOffAndMendedIsFoundByAHead() throws IOException {
        Path cut = changed(copy -> {
            copy.subList(11, copy.size() - 1).clear();
            copy.getFirst().put("to", 8);
            copy.getLast().put("entries", 8).put("heads", 2);
        });

        assertThat(chain().offlineWithKey(cut)).startsWith("0 ");
        assertThat(chain().offlineWithHead(cut)).startsWith("1 ").contains("first bad entry 9: ");
    }

    @Test
    void aPartSaysThatItIsOne() throws IOException {
        Path part = Files.writeString(
                directory.resolve("part"),
                String.join(
                        "\n",
                        Objects.requireNonNull(chain().admin()
                                        .getLines("/v1/provenance/export?from=3&to=7")
                                        .block())
                                .body()
                                .valueStream()
                                .map(JsonNode::toString)
                                .toList()));

        assertThat(chain().offlineWithKey(part))
                .startsWith("0 ")
                .contains("entries: 5 from 3 on", "what is in front of entry 3", "no head covers the last entries");
    }

    private static ObjectNode entry(int sequence) {
        return lines.stream()
                .filter(line -> line.path("sequence").asLong() == sequence
                        && line.path("event").asString().equals("entry"))
                .findFirst()
                .orElseThrow();
    }

    private static Path changed(Consumer<List<ObjectNode>> change) throws IOException {
        List<ObjectNode> copy = new ArrayList<>();
        lines.forEach(line -> copy.add(line.deepCopy()));
        change.accept(copy);
        return chain().file(copy.stream().map(JsonNode::toString).toList());
    }
}
