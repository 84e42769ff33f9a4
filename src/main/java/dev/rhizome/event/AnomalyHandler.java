package dev.rhizome.event;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.http.Listing;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.Writes;
import dev.rhizome.paging.Cursor;
import java.time.Clock;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about anomalies, and about the profiles that say what is ordinary. */
final class AnomalyHandler {

    private final AnomalyRepository anomalies;
    private final ProfileRepository profiles;
    private final EventHandler.Shared shared;
    private final Clock clock;

    AnomalyHandler(AnomalyRepository anomalies, ProfileRepository profiles, EventHandler.Shared shared, Clock clock) {
        this.anomalies = anomalies;
        this.profiles = profiles;
        this.shared = shared;
        this.clock = clock;
    }

    Mono<ServerResponse> add(ServerRequest request) {
        return shared.bodies()
                .json(request)
                .map(json -> Anomaly.parse(json, clock.instant()))
                .flatMap(anomaly -> anomalies.add(anomaly).then(written(anomaly.id(), Outcome.CREATED)));
    }

    Mono<ServerResponse> list(ServerRequest request) {
        QueryParameters query = new QueryParameters(
                request, Set.of("agentId", "type", "status", "severity", "since", "until", "limit", "cursor"));
        String status = query.text("status");
        String severity = query.text("severity");
        AnomalyRepository.Filter filter = new AnomalyRepository.Filter(
                new EventRepository.Filter(
                        Words.id(query, "agentId"),
                        null,
                        Words.type(query, "type"),
                        query.instant("since", EventHandler.EARLIEST),
                        query.instant("until", EventHandler.LATEST)),
                status == null ? null : query.fields().word("status", status, Anomaly.STATUSES),
                severity == null ? null : query.fields().word("severity", severity, Anomaly.SEVERITIES));
        Listing.Paging paging = Listing.Paging.read(query);
        query.finish();
        Cursor after = Cursor.decode(paging.cursor(), Cursor.Part.TIME, Cursor.Part.TEXT);
        return shared.listing()
                .respond(
                        request,
                        paging,
                        anomalies.list(filter, after, paging.fetch()),
                        new Listing.Shape<>("anomaly", Anomaly::cursor));
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return anomalies.get(request.pathVariable("id")).flatMap(shared.streams()::json);
    }

    Mono<ServerResponse> change(ServerRequest request) {
        return shared.bodies()
                .json(request)
                .map(Anomaly.Change::parse)
                .flatMap(change -> anomalies.change(request.pathVariable("id"), change))
                .flatMap(shared.streams()::json);
    }

    Mono<ServerResponse> putProfile(ServerRequest request) {
        return shared.bodies()
                .json(request)
                .map(Profile::parse)
                .flatMap(profile -> profiles.put(profile).flatMap(outcome -> written(profile.key(), outcome)));
    }

    Mono<ServerResponse> listProfiles(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("agentId", "taskType", "limit", "cursor"));
        String agent = Words.id(query, "agentId");
        String task = Words.type(query, "taskType");
        Listing.Paging paging = Listing.Paging.read(query);
        query.finish();
        Cursor after = Cursor.decode(paging.cursor(), Cursor.Part.TEXT, Cursor.Part.TEXT);
        return shared.listing()
                .respond(
                        request,
                        paging,
                        profiles.list(agent, task, after, paging.fetch()),
                        new Listing.Shape<>("profile", Profile::cursor));
    }

    /** Says what writing one thing did. */
    static Mono<ServerResponse> written(String id, Outcome outcome) {
        return Writes.answer(id, BatchWriter.Result.of(outcome));
    }
}
