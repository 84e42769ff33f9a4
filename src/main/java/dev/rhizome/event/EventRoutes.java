package dev.rhizome.event;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.http.Caller;
import dev.rhizome.tenant.Role;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** Routes of events and of their chain. */
@Configuration(proxyBeanMethods = false)
class EventRoutes {

    @Bean
    RouterFunction<ServerResponse> eventWriteRouter(EventHandler handler) {
        return route().POST("/v1/events", handler::append)
                .filter(Caller.needs(Role.WRITER))
                .build();
    }

    /** One router, since an event's id must not be taken for a name that stands beside it. */
    @Bean
    RouterFunction<ServerResponse> eventReadRouter(EventHandler handler, EventChainHandler chain) {
        return route().add(proofs(chain)).add(reads(handler)).build();
    }

    private static RouterFunction<ServerResponse> proofs(EventChainHandler chain) {
        return route().GET("/v1/events/verify", chain::verify)
                .POST("/v1/events/verify", chain::verifyAgainst)
                .GET("/v1/events/head", chain::head)
                .GET("/v1/events/truncations", chain::truncations)
                .filter(Caller.needs(Role.READER, Role.AUDITOR))
                .build();
    }

    private static RouterFunction<ServerResponse> reads(EventHandler handler) {
        return route().GET("/v1/events", handler::list)
                .GET("/v1/events/stats", handler::stats)
                .GET("/v1/events/health", handler::health)
                .GET("/v1/events/{id}", handler::get)
                .filter(Caller.needs(Role.READER))
                .build();
    }
}
