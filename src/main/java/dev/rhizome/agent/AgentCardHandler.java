package dev.rhizome.agent;

import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests that import and export agents as A2A cards. */
final class AgentCardHandler {

    private final AgentRepository agents;
    private final CardImporter importer;
    private final RequestReader reader;
    private final Streams streams;

    AgentCardHandler(AgentRepository agents, CardImporter importer, RequestReader reader, Streams streams) {
        this.agents = agents;
        this.importer = importer;
        this.reader = reader;
        this.streams = streams;
    }

    /** Registers the agent of an A2A card, or changes it to what the card says. */
    Mono<ServerResponse> importCard(ServerRequest request) {
        CardParameters parameters = reader.parameters(request, CardParameters.class);
        return reader.document(request, AgentCard.Card.class, "card")
                .map(card -> AgentCard.imported(card, parameters))
                .flatMap(importer::put)
                .flatMap(answer -> Writes.answer(answer.id(), answer.result()));
    }

    Mono<ServerResponse> exportCard(ServerRequest request) {
        return agents.get(reader.parameters(request, AgentPath.class).id())
                .map(AgentCard::of)
                .flatMap(streams::json);
    }
}
