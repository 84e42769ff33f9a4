package dev.rhizome.agent;

import dev.rhizome.http.Bodies;
import dev.rhizome.http.Listing;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import dev.rhizome.paging.Cursor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about agents themselves. */
final class AgentHandler {

    private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");
    private static final Listing.Shape<Agent> AGENTS = new Listing.Shape<>("agent", Agent::cursor);
    private static final int MAX_STALE = 1_000;

    private final AgentRepository agents;
    private final AgentWriter writer;
    private final Writes writes;
    private final Bodies bodies;
    private final Listing listing;
    private final Streams streams;

    AgentHandler(
            AgentRepository agents,
            AgentWriter writer,
            Writes writes,
            Bodies bodies,
            Listing listing,
            Streams streams) {
        this.agents = agents;
        this.writer = writer;
        this.writes = writes;
        this.bodies = bodies;
        this.listing = listing;
        this.streams = streams;
    }

    private record Deleted(int deleted, List<String> ids) {}

    Mono<ServerResponse> register(ServerRequest request) {
        return writes.put(request, AgentInput::parse, writer);
    }

    Mono<ServerResponse> list(ServerRequest request) {
        QueryParameters query =
                new QueryParameters(request, Set.of("status", "taskType", "modelFamily", "deleted", "limit", "cursor"));
        String status = query.text("status");
        AgentRepository.Filter filter = new AgentRepository.Filter(
                status == null ? null : query.fields().word("status", status, AgentInput.STATUSES),
                query.text("taskType"),
                query.text("modelFamily"),
                query.flag("deleted", false),
                LATEST);
        return page(request, query, filter);
    }

    /** Agents that were not heard of for a while, the one heard of last first. */
    Mono<ServerResponse> listStale(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("olderThan", "limit", "cursor"));
        Instant before = olderThan(query);
        return page(request, query, new AgentRepository.Filter(null, null, null, false, before));
    }

    private Mono<ServerResponse> page(ServerRequest request, QueryParameters query, AgentRepository.Filter filter) {
        Listing.Paging paging = Listing.Paging.read(query);
        query.finish();
        Cursor after = Cursor.decode(paging.cursor(), Cursor.Part.TIME, Cursor.Part.TEXT);
        return listing.respond(request, paging, agents.list(filter, after, paging.fetch()), AGENTS);
    }

    Mono<ServerResponse> deleteStale(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("olderThan", "hard", "limit"));
        Instant before = olderThan(query);
        boolean hard = query.flag("hard", false);
        int limit = query.integer("limit", MAX_STALE, 1, MAX_STALE);
        query.finish();
        return agents.deleteStale(before, limit, hard).flatMap(gone -> streams.json(new Deleted(gone.size(), gone)));
    }

    private static Instant olderThan(QueryParameters query) {
        Duration age = query.duration("olderThan", Duration.ofHours(24));
        return Clock.systemUTC().instant().minus(age);
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return agents.get(id(request)).flatMap(streams::json);
    }

    Mono<ServerResponse> change(ServerRequest request) {
        String id = id(request);
        return bodies.json(request)
                .flatMap(json -> writer.change(agents.get(id), agent -> agent.changed(json)))
                .then(Mono.defer(() -> get(request)));
    }

    Mono<ServerResponse> delete(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("hard"));
        boolean hard = query.flag("hard", false);
        query.finish();
        return agents.delete(id(request), hard).then(ServerResponse.noContent().build());
    }

    Mono<ServerResponse> restore(ServerRequest request) {
        return agents.get(id(request)).flatMap(writer::restore).then(Mono.defer(() -> get(request)));
    }

    static String id(ServerRequest request) {
        return request.pathVariable("id");
    }
}
