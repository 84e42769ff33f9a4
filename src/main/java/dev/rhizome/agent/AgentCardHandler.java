package dev.rhizome.agent;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import dev.rhizome.problem.NotFound;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests that import and export agents as A2A cards. */
final class AgentCardHandler {

    private final AgentRepository agents;
    private final AgentWriter writer;
    private final RequestReader reader;
    private final Streams streams;

    AgentCardHandler(AgentRepository agents, AgentWriter writer, RequestReader reader, Streams streams) {
        this.agents = agents;
        this.writer = writer;
        this.reader = reader;
        this.streams = streams;
    }

    /** Registers the agent of an A2A card, or changes it to what the card says. */
    Mono<ServerResponse> importCard(ServerRequest request) {
        CardParameters beside = reader.parameters(request, CardParameters.class);
        return reader.document(request, AgentCard.Card.class, "card")
                .map(card -> AgentCard.agent(card, beside))
                .flatMap(this::registerOrChange);
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
        return agents.get(reader.parameters(request, AgentPath.class).id())
                .map(AgentCard::of)
                .flatMap(streams::json);
    }
}
