package dev.rhizome.search;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.http.Caller;
import dev.rhizome.tenant.Role;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** URLs of search. */
@Configuration(proxyBeanMethods = false)
class SearchRoutes {

    @Bean
    RouterFunction<ServerResponse> searchRouter(SearchHandler handler) {
        return route().GET("/v1/search", handler::get)
                .POST("/v1/search", handler::post)
                .POST("/v1/search/batch", handler::batch)
                .filter(Caller.needs(Role.READER))
                .build();
    }
}
