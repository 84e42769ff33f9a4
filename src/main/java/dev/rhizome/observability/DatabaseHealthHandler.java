package dev.rhizome.observability;

import org.springframework.core.io.ClassPathResource;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests that need no token. */
final class DatabaseHealthHandler {

    private final DatabaseHealth health;

    DatabaseHealthHandler(DatabaseHealth health) {
        this.health = health;
    }

    /** The health of the database; 503 where it is not healthy. */
    Mono<ServerResponse> health(ServerRequest request) {
        return health.report().flatMap(DatabaseHealthHandler::answer);
    }

    private static Mono<ServerResponse> answer(DatabaseHealth.Report report) {
        HttpStatus status = report.healthy() ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE;
        return ServerResponse.status(status).bodyValue(report);
    }

    /** The description of the API. */
    Mono<ServerResponse> openApi(ServerRequest request) {
        return ServerResponse.ok()
                .contentType(MediaType.APPLICATION_YAML)
                .bodyValue(new ClassPathResource("openapi.yaml"));
    }
}
