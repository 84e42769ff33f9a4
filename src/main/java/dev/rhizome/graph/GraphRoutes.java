package dev.rhizome.graph;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.http.Caller;
import dev.rhizome.tenant.Role;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** URLs of entities, relationships and walks. */
@Configuration(proxyBeanMethods = false)
class GraphRoutes {

    @Bean
    RouterFunction<ServerResponse> graphWriteRouter(EntityHandler entities, RelationshipHandler relationships) {
        return route().POST("/v1/entities", entities::put)
                .DELETE("/v1/entities/{id}", entities::delete)
                .POST("/v1/relationships", relationships::put)
                .DELETE("/v1/relationships", relationships::delete)
                .filter(Caller.needs(Role.WRITER))
                .build();
    }

    @Bean
    RouterFunction<ServerResponse> graphReadRouter(EntityHandler entities, GraphHandler graph) {
        return route().GET("/v1/entities/{id}", entities::get)
                .GET("/v1/entities/{id}/neighbours", graph::neighbours)
                .GET("/v1/graph/traverse", graph::traverse)
                .GET("/v1/graph/path", graph::path)
                .filter(Caller.needs(Role.READER))
                .build();
    }
}
