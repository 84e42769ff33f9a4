package dev.rhizome.bench.service;

import dev.rhizome.client.RhizomeClient;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** Whether a service can be used. */
public final class Readiness {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private Readiness() {}

    /** Whether the service of {@code client} is up and can reach its database. */
    public static boolean of(RhizomeClient client) {
        return Blocking.get(client.get("/actuator/health/readiness")
                .map(answer -> answer.path("status").asString("").equals("UP"))
                .timeout(LIMIT)
                .onErrorResume(notYet -> Mono.just(false)));
    }
}
