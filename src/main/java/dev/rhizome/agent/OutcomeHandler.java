package dev.rhizome.agent;

import dev.rhizome.http.Listing;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.Writes;
import dev.rhizome.paging.Cursor;
import java.util.Set;
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
    private final Listing listing;

    OutcomeHandler(AgentRepository agents, OutcomeRepository outcomes, Writes writes, Listing listing) {
        this.agents = agents;
        this.outcomes = outcomes;
        this.writes = writes;
        this.listing = listing;
    }

    Mono<ServerResponse> record(ServerRequest request) {
        return writes.put(request, OutcomeInput::parse, outcomes.of(AgentHandler.id(request)));
    }

    Mono<ServerResponse> list(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("limit", "cursor"));
        Listing.Paging paging = Listing.Paging.read(query);
        query.finish();
        Cursor after = Cursor.decode(paging.cursor(), Cursor.Part.TIME, Cursor.Part.TEXT);
        return agents.get(AgentHandler.id(request))
                .flatMap(agent ->
                        listing.respond(request, paging, outcomes.list(agent.id(), after, paging.fetch()), OUTCOMES));
    }
}
