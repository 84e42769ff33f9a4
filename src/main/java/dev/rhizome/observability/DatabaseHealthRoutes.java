package dev.rhizome.observability;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** URLs that need no token. */
@Configuration(proxyBeanMethods = false)
class DatabaseHealthRoutes {

    @Bean
    RouterFunction<ServerResponse> healthRouter(DatabaseHealthHandler handler) {
        return route().GET("/health/database", handler::health)
                .GET("/openapi.yaml", handler::openApi)
                .build();
    }
}
