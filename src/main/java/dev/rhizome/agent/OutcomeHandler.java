package dev.rhizome.agent;

import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Writes;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Paged;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.PageSize;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about outcomes of agents' tasks. */
final class OutcomeHandler {

    private static final Listing.Shape<OutcomeRepository.Stored> OUTCOMES =
            new Listing.Shape<>("outcome", OutcomeRepository.Stored::cursor);

    private final AgentRepository agents;
    private final OutcomeRepository outcomes;
    private final Writes writes;
    private final RequestReader reader;
    private final Listing listing;

    OutcomeHandler(
            AgentRepository agents, OutcomeRepository outcomes, Writes writes, RequestReader reader, Listing listing) {
        this.agents = agents;
        this.outcomes = outcomes;
        this.writes = writes;
        this.reader = reader;
        this.listing = listing;
    }

    private record OutcomesParameters(
            @Identifier String id,
            @Default("50") @PageSize int limit,

            @Nullable @CursorOf({Cursor.Part.TIME, Cursor.Part.TEXT})
            Cursor cursor)
            implements Paged {}

    Mono<ServerResponse> record(ServerRequest request) {
        return writes.put(
                request,
                OutcomeInput.class,
                outcomes.of(reader.parameters(request, AgentPath.class).id()));
    }

    Mono<ServerResponse> list(ServerRequest request) {
        OutcomesParameters wanted = reader.parameters(request, OutcomesParameters.class);
        return agents.get(wanted.id())
                .flatMap(agent -> listing.respond(
                        request, wanted, outcomes.list(agent.id(), wanted.cursor(), wanted.fetch()), OUTCOMES));
    }
}
