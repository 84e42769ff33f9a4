package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import reactor.core.publisher.Flux;

class NdjsonLinesTest {

    @Test
    void linesAreCutWhereverTheBuffersEnd() {
        assertThat(lines(10, "on", "e\ntw", "o\nthr", "ee")).containsExactly("1:one", "2:two", "3:three");
    }

    @Test
    void blankLinesCountAndAreLeftOut() {
        assertThat(lines(10, "a\n\n \r\n", "b\n")).containsExactly("1:a", "4:b");
    }

    @Test
    void aLineThatIsTooLongIsKnownByItsNumberAndSpoilsNothing() {
        assertThat(lines(4, "12345", "6789\n1234\n", "99999")).containsExactly("1:too long", "2:1234", "3:too long");
    }

    private static List<String> lines(int longest, String... buffers) {
        Flux<DataBuffer> body = Flux.fromStream(Stream.of(buffers))
                .map(text -> DefaultDataBufferFactory.sharedInstance.wrap(text.getBytes(StandardCharsets.UTF_8)));
        return Objects.requireNonNull(NdjsonLines.of(body, longest)
                .map(line -> line.number()
                        + ":"
                        + (line.bytes() == null ? "too long" : new String(line.bytes(), StandardCharsets.UTF_8)))
                .collectList()
                .block(Duration.ofSeconds(5)));
    }
}
