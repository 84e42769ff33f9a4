package dev.rhizome.searchlog;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.http.Caller;
import dev.rhizome.tenant.Role;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** URLs of what was searched for. */
@Configuration(proxyBeanMethods = false)
class SearchLogRoutes {

    @Bean
    RouterFunction<ServerResponse> searchLogRouter(SearchLogHandler log) {
        return route().GET("/v1/search/sessions", log::list)
                .GET("/v1/search/statistics", log::statistics)
                .filter(Caller.needs(Role.ADMIN))
                .build();
    }
}
