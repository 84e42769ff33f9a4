package dev.rhizome.agent;

import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Paged;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.PageSize;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.Times;
import dev.rhizome.validation.WholeNumber;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about agents themselves. */
final class AgentHandler {

    private static final Listing.Shape<Agent> AGENTS = new Listing.Shape<>("agent", Agent::cursor);

    private final AgentRepository agents;
    private final AgentWriter writer;
    private final Writes writes;
    private final RequestReader reader;
    private final Listing listing;
    private final Streams streams;

    AgentHandler(
            AgentRepository agents,
            AgentWriter writer,
            Writes writes,
            RequestReader reader,
            Listing listing,
            Streams streams) {
        this.agents = agents;
        this.writer = writer;
        this.writes = writes;
        this.reader = reader;
        this.listing = listing;
        this.streams = streams;
    }

    private record Deleted(int deleted, List<String> ids) {}

    private record AgentsParameters(
            @Nullable @AgentStatus String status,
            @Nullable @Text(min = 0, max = 100) String taskType,
            @Nullable @Text(min = 0, max = 100) String modelFamily,
            @Default("false") boolean deleted,
            @Default("50") @PageSize int limit,

            @Nullable @CursorOf({Cursor.Part.TIME, Cursor.Part.TEXT})
            Cursor cursor)
            implements Paged {

        private AgentRepository.Filter filter() {
            return new AgentRepository.Filter(status, taskType, modelFamily, deleted, Instant.parse(Times.LATEST));
        }
    }

    private record StaleParameters(
            @Default("PT24H") Duration olderThan,
            @Default("50") @PageSize int limit,

            @Nullable @CursorOf({Cursor.Part.TIME, Cursor.Part.TEXT})
            Cursor cursor)
            implements Paged {}

    private record DeleteStaleParameters(
            @Default("PT24H") Duration olderThan,
            @Default("false") boolean hard,

            @Default("1000") @WholeNumber(min = 1, max = 1_000)
            int limit) {}

    private record DeleteParameters(
            @Identifier String id, @Default("false") boolean hard) {}

    Mono<ServerResponse> register(ServerRequest request) {
        return writes.put(request, AgentBody.class, AgentBody::agent, writer);
    }

    Mono<ServerResponse> list(ServerRequest request) {
        AgentsParameters wanted = reader.parameters(request, AgentsParameters.class);
        return listing.respond(request, wanted, agents.list(wanted.filter(), wanted.cursor(), wanted.fetch()), AGENTS);
    }

    /** Agents that were not heard of for a while, the one heard of last first. */
    Mono<ServerResponse> listStale(ServerRequest request) {
        StaleParameters wanted = reader.parameters(request, StaleParameters.class);
        AgentRepository.Filter filter = new AgentRepository.Filter(null, null, null, false, before(wanted.olderThan()));
        return listing.respond(request, wanted, agents.list(filter, wanted.cursor(), wanted.fetch()), AGENTS);
    }

    Mono<ServerResponse> deleteStale(ServerRequest request) {
        DeleteStaleParameters wanted = reader.parameters(request, DeleteStaleParameters.class);
        return agents.deleteStale(before(wanted.olderThan()), wanted.limit(), wanted.hard())
                .flatMap(gone -> streams.json(new Deleted(gone.size(), gone)));
    }

    private static Instant before(Duration age) {
        return Clock.systemUTC().instant().minus(age);
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return agents.get(id(request)).flatMap(streams::json);
    }

    Mono<ServerResponse> change(ServerRequest request) {
        String id = id(request);
        return reader.body(request, AgentBody.class)
                .flatMap(body -> writer.change(agents.get(id), body::changed))
                .then(Mono.defer(() -> get(request)));
    }

    Mono<ServerResponse> delete(ServerRequest request) {
        DeleteParameters wanted = reader.parameters(request, DeleteParameters.class);
        return agents.delete(wanted.id(), wanted.hard())
                .then(ServerResponse.noContent().build());
    }

    Mono<ServerResponse> restore(ServerRequest request) {
        return agents.get(id(request)).flatMap(writer::restore).then(Mono.defer(() -> get(request)));
    }

    private String id(ServerRequest request) {
        return reader.parameters(request, AgentPath.class).id();
    }
}
