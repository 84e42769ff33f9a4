package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rhizome.fuzz.Mutations;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.problem.NotFound;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.mock.web.reactive.function.server.MockServerRequest;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Flux;

/** Whatever comes as lines, as an event id, as Accept or as a query string is read or refused as the caller's mistake. */
class TransportFuzzTest {

    private static final int INPUTS = 20_000;
    private static final int LONGEST_LINE = 256;
    private static final int PIECE = 7;
    private static final ResumeTokens TOKENS = new ResumeTokens(
            new StreamSecret(List.of("a secret of the tests, long enough".getBytes(StandardCharsets.UTF_8))));

    /** Lines are the same however the body is cut into pieces, and hold what was sent. */
    @FuzzTest
    void lines(byte[] input) {
        List<String> whole = linesOf(input, Math.max(1, input.length));

        assertThat(linesOf(input, PIECE)).isEqualTo(whole);
        assertThat(whole.size()).isLessThanOrEqualTo(count(input) + 1);
    }

    private static List<String> linesOf(byte[] input, int piece) {
        Flux<DataBuffer> body = Flux.range(0, (input.length + piece - 1) / piece)
                .map(i -> DefaultDataBufferFactory.sharedInstance.wrap(
                        java.util.Arrays.copyOfRange(input, i * piece, Math.min(input.length, (i + 1) * piece))));
        return Objects.requireNonNull(NdjsonLines.of(body, LONGEST_LINE)
                .map(line -> line.number() + " " + text(line.bytes()))
                .collectList()
                .block());
    }

    private static String text(byte @org.jspecify.annotations.Nullable [] bytes) {
        return bytes == null ? "too long" : new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static int count(byte[] input) {
        int count = 0;
        for (byte one : input) {
            count += one == '\n' ? 1 : 0;
        }
        return count;
    }

    @FuzzTest
    void eventIds(byte[] input) {
        String token = new String(input, StandardCharsets.UTF_8);
        try {
            ResumeTokens.Position position = TOKENS.position("scope", token);
            assertThat(TOKENS.token("scope", position)).isEqualTo(token);
        } catch (NotFound forged) {
            assertThat(forged.detail()).isNotEmpty();
        }
    }

    /** What is a list of media types is understood or 406; what is none is refused before anything else. */
    @FuzzTest
    void accept(byte[] input) {
        String header = new String(input, StandardCharsets.ISO_8859_1);
        try {
            List<MediaType> types = MediaType.parseMediaTypes(header);
            StreamFormat format = StreamFormat.of(MockServerRequest.builder()
                    .header("Accept", MediaType.toString(types))
                    .build());
            assertThat(types.isEmpty() || types.stream().anyMatch(type -> type.includes(format.mediaType())))
                    .isTrue();
        } catch (ResponseStatusException refused) {
            assertThat(refused.getStatusCode().value()).isEqualTo(406);
        } catch (InvalidMediaTypeException noMediaType) {
            assertThat(noMediaType.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void queries(byte[] input) {
        String query = new String(input, StandardCharsets.UTF_8);
        try {
            URI uri = URI.create("http://localhost/v1/search?" + query);
            Map<String, List<String>> named =
                    RawParameters.of(MockServerRequest.builder().uri(uri).build());
            assertThat(named).doesNotContainValue(List.of());
        } catch (InvalidRequest refused) {
            assertThat(refused.errors()).hasSize(1);
        } catch (IllegalArgumentException noUri) {
            assertThat(noUri.getCause()).isInstanceOf(java.net.URISyntaxException.class);
        }
    }

    @Test
    void changedLinesAreCutTheSameHoweverTheyCome() {
        Mutations.of(TransportFuzzTest.class, "lines").feed(INPUTS, this::lines);
    }

    @Test
    void changedEventIdsAreNotFound() {
        Mutations.of(TransportFuzzTest.class, "eventIds").feed(INPUTS, this::eventIds);
    }

    @Test
    void changedAcceptsAreUnderstoodOrRefused() {
        Mutations.of(TransportFuzzTest.class, "accept").feed(INPUTS, this::accept);
    }

    @Test
    void changedQueriesAreReadOrRefused() {
        Mutations.of(TransportFuzzTest.class, "queries").feed(INPUTS, this::queries);
    }
}
