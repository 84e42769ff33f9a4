package dev.rhizome.rollup;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.http.Caller;
import dev.rhizome.tenant.Role;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** Routes of what is computed from events. They come before those of events, where the last segment may be any event's id. */
@Configuration(proxyBeanMethods = false)
class RollupRoutes {

    @Bean
    @Order(0)
    RouterFunction<ServerResponse> rollupRouter(
            RollupHandler rollups, AnomalyHandler anomalies, ProfileHandler profiles) {
        return route().GET("/v1/events/rollups", rollups::list)
                .GET("/v1/events/anomalies", anomalies::list)
                .GET("/v1/events/anomalies/{id}", anomalies::get)
                .GET("/v1/events/profiles", profiles::list)
                .filter(Caller.needs(Role.READER))
                .build();
    }

    @Bean
    RouterFunction<ServerResponse> anomalyWriteRouter(AnomalyHandler anomalies, ProfileHandler profiles) {
        return route().POST("/v1/events/anomalies", anomalies::add)
                .PATCH("/v1/events/anomalies/{id}", anomalies::change)
                .PUT("/v1/events/profiles", profiles::put)
                .filter(Caller.needs(Role.WRITER))
                .build();
    }

    @Bean
    RouterFunction<ServerResponse> retentionRouter(RollupHandler handler) {
        return route().POST("/v1/events/retention", handler::retain)
                .filter(Caller.needs(Role.ADMIN))
                .build();
    }
}
