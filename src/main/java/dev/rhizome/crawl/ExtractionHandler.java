package dev.rhizome.crawl;

import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.Times;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about what it took to fetch and read pages. */
final class ExtractionHandler {

    private final ExtractionRepository extractions;
    private final RequestReader reader;
    private final Streams streams;

    ExtractionHandler(ExtractionRepository extractions, RequestReader reader, Streams streams) {
        this.extractions = extractions;
        this.reader = reader;
        this.streams = streams;
    }

    private record HoursParameters(
            @Default(Times.EARLIEST) Instant since,
            @Default(Times.LATEST) Instant until,
            @Nullable @Text(max = 253) String domain) {}

    private record Hours(List<Extraction.Hour> items) {}

    Mono<ServerResponse> add(ServerRequest request) {
        return reader.body(request, Extraction.Input.class)
                .flatMap(extractions::add)
                .then(ServerResponse.noContent().build());
    }

    Mono<ServerResponse> hours(ServerRequest request) {
        HoursParameters wanted = reader.parameters(request, HoursParameters.class);
        return extractions
                .hours(wanted.since(), wanted.until(), wanted.domain())
                .collectList()
                .map(Hours::new)
                .flatMap(streams::json);
    }
}
