package dev.rhizome.agent;

import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests that say how busy an agent is. */
final class LoadHandler {

    private final LoadRepository loads;
    private final RequestReader reader;
    private final Streams streams;

    LoadHandler(LoadRepository loads, RequestReader reader, Streams streams) {
        this.loads = loads;
        this.reader = reader;
        this.streams = streams;
    }

    Mono<ServerResponse> change(ServerRequest request) {
        String id = reader.parameters(request, AgentPath.class).id();
        return reader.body(request, LoadInput.class)
                .flatMap(change -> loads.change(id, change))
                .flatMap(streams::json);
    }
}
