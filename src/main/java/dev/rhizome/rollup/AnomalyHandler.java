package dev.rhizome.rollup;

import static dev.rhizome.bulk.Outcome.CREATED;

import dev.rhizome.bulk.BatchWriter.Result;
import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Paged;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.LowerTypeName;
import dev.rhizome.validation.PageSize;
import dev.rhizome.validation.Times;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about anomalies. */
final class AnomalyHandler {

    private final AnomalyRepository anomalies;
    private final RequestReader reader;
    private final Streams streams;
    private final Listing listing;

    AnomalyHandler(AnomalyRepository anomalies, RequestReader reader, Streams streams, Listing listing) {
        this.anomalies = anomalies;
        this.reader = reader;
        this.streams = streams;
        this.listing = listing;
    }

    private record AnomalyPath(@Identifier String id) {}

    private record AnomaliesParameters(
            @Nullable @Identifier String agentId,
            @Nullable @LowerTypeName String type,
            @Nullable @AnomalyStatus String status,
            @Nullable @AnomalySeverity String severity,
            @Default(Times.EARLIEST) Instant since,
            @Default(Times.LATEST) Instant until,
            @Default("50") @PageSize int limit,

            @Nullable @CursorOf({Cursor.Part.TIME, Cursor.Part.TEXT})
            Cursor cursor)
            implements Paged {

        private AnomalyRepository.Filter filter() {
            return new AnomalyRepository.Filter(agentId, type, status, severity, since, until);
        }
    }

    Mono<ServerResponse> add(ServerRequest request) {
        return reader.body(request, AnomalyInput.class)
                .map(input -> input.anomaly(Instant.now()))
                .flatMap(anomaly -> anomalies.add(anomaly).then(Writes.answer(anomaly.id(), Result.of(CREATED))));
    }

    Mono<ServerResponse> list(ServerRequest request) {
        AnomaliesParameters wanted = reader.parameters(request, AnomaliesParameters.class);
        return listing.respond(
                request,
                wanted,
                anomalies.list(wanted.filter(), wanted.cursor(), wanted.fetch()),
                new Listing.Shape<>("anomaly", Anomaly::cursor));
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return anomalies.get(id(request)).flatMap(streams::json);
    }

    Mono<ServerResponse> change(ServerRequest request) {
        String id = id(request);
        return reader.body(request, Anomaly.Change.class)
                .flatMap(change -> anomalies.change(id, change))
                .flatMap(streams::json);
    }

    private String id(ServerRequest request) {
        return reader.parameters(request, AnomalyPath.class).id();
    }
}
