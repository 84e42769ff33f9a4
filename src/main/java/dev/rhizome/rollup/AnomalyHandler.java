package dev.rhizome.rollup;

import static dev.rhizome.bulk.Outcome.CREATED;

import dev.rhizome.bulk.BatchWriter.Result;
import dev.rhizome.event.EventFields;
import dev.rhizome.http.Bodies;
import dev.rhizome.http.Listing;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import dev.rhizome.paging.Cursor;
import java.time.Instant;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about anomalies. */
final class AnomalyHandler {

    private final AnomalyRepository anomalies;
    private final Bodies bodies;
    private final Streams streams;
    private final Listing listing;

    AnomalyHandler(AnomalyRepository anomalies, Bodies bodies, Streams streams, Listing listing) {
        this.anomalies = anomalies;
        this.bodies = bodies;
        this.streams = streams;
        this.listing = listing;
    }

    Mono<ServerResponse> add(ServerRequest request) {
        return bodies.json(request)
                .map(json -> AnomalyInput.parse(json, Instant.now()))
                .flatMap(anomaly -> anomalies.add(anomaly).then(Writes.answer(anomaly.id(), Result.of(CREATED))));
    }

    Mono<ServerResponse> list(ServerRequest request) {
        QueryParameters query = new QueryParameters(
                request, Set.of("agentId", "type", "status", "severity", "since", "until", "limit", "cursor"));
        AnomalyRepository.Filter filter = new AnomalyRepository.Filter(
                EventFields.id(query, "agentId"),
                EventFields.type(query, "type"),
                EventFields.word(query, "status", AnomalyInput.STATUSES),
                EventFields.word(query, "severity", AnomalyInput.SEVERITIES),
                query.instant("since", EventFields.EARLIEST),
                query.instant("until", EventFields.LATEST));
        Listing.Paging paging = Listing.Paging.read(query);
        query.finish();
        Cursor after = Cursor.decode(paging.cursor(), Cursor.Part.TIME, Cursor.Part.TEXT);
        return listing.respond(
                request,
                paging,
                anomalies.list(filter, after, paging.fetch()),
                new Listing.Shape<>("anomaly", Anomaly::cursor));
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return anomalies.get(request.pathVariable("id")).flatMap(streams::json);
    }

    Mono<ServerResponse> change(ServerRequest request) {
        return bodies.json(request)
                .map(AnomalyInput::change)
                .flatMap(change -> anomalies.change(request.pathVariable("id"), change))
                .flatMap(streams::json);
    }
}
