package dev.rhizome.agent;

import dev.rhizome.http.Bodies;
import dev.rhizome.http.Streams;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests that say how busy an agent is. */
final class LoadHandler {

    private final LoadRepository loads;
    private final Bodies bodies;
    private final Streams streams;

    LoadHandler(LoadRepository loads, Bodies bodies, Streams streams) {
        this.loads = loads;
        this.bodies = bodies;
        this.streams = streams;
    }

    Mono<ServerResponse> change(ServerRequest request) {
        String id = AgentHandler.id(request);
        return bodies.json(request)
                .map(LoadInput::parse)
                .flatMap(change -> loads.change(id, change))
                .flatMap(streams::json);
    }
}
