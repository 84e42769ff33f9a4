package dev.rhizome.agent;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.http.Bodies;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import dev.rhizome.problem.NotFound;
import java.util.List;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests that import and export agents as A2A cards. */
final class AgentCardHandler {

    private final AgentRepository agents;
    private final AgentWriter writer;
    private final Bodies bodies;
    private final Streams streams;

    AgentCardHandler(AgentRepository agents, AgentWriter writer, Bodies bodies, Streams streams) {
        this.agents = agents;
        this.writer = writer;
        this.bodies = bodies;
        this.streams = streams;
    }

    /** Registers the agent of an A2A card, or changes it to what the card says. */
    Mono<ServerResponse> importCard(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("id", "modelFamily"));
        String model = query.text("modelFamily");
        AgentCard.Wanted wanted = new AgentCard.Wanted(
                query.text("id"), query.fields().text("modelFamily", model == null ? "unspecified" : model, 1, 100));
        query.finish();
        return bodies.json(request).map(json -> AgentCard.parse(json, wanted)).flatMap(this::registerOrChange);
    }

    private Mono<ServerResponse> registerOrChange(AgentInput card) {
        return agents.get(card.id())
                .hasElement()
                .onErrorResume(NotFound.class, absent -> Mono.just(false))
                .flatMap(known -> known
                        ? writer.change(agents.get(card.id()), agent -> agent.withCard(card))
                                .thenReturn(BatchWriter.Result.of(Outcome.UPDATED))
                        : writer.write(List.of(card)).map(List::getFirst))
                .flatMap(result -> Writes.answer(card.id(), result));
    }

    Mono<ServerResponse> exportCard(ServerRequest request) {
        return agents.get(AgentHandler.id(request)).map(AgentCard::of).flatMap(streams::json);
    }
}
