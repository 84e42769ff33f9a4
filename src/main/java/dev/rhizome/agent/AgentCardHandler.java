package dev.rhizome.agent;

import dev.rhizome.http.Bodies;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests that import and export agents as A2A cards. */
final class AgentCardHandler {

    private static final String UNKNOWN_MODEL = "unspecified";

    private final AgentRepository agents;
    private final CardImporter importer;
    private final Bodies bodies;
    private final Streams streams;

    AgentCardHandler(AgentRepository agents, CardImporter importer, Bodies bodies, Streams streams) {
        this.agents = agents;
        this.importer = importer;
        this.bodies = bodies;
        this.streams = streams;
    }

    /** Registers the agent of an A2A card, or changes it to what the card says. */
    Mono<ServerResponse> importCard(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("id", "modelFamily"));
        String id = query.text("id");
        String model = query.text("modelFamily");
        String modelFamily = query.fields().text("modelFamily", model == null ? UNKNOWN_MODEL : model, 1, 100);
        query.finish();
        return bodies.json(request)
                .map(json -> AgentCard.parse(json, id, modelFamily))
                .flatMap(importer::put)
                .flatMap(answer -> Writes.answer(answer.id(), answer.result()));
    }

    Mono<ServerResponse> exportCard(ServerRequest request) {
        return agents.get(AgentHandler.id(request)).map(AgentCard::of).flatMap(streams::json);
    }
}
