package dev.rhizome.knowledge;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.http.Caller;
import dev.rhizome.tenant.Role;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** URLs of knowledge. */
@Configuration(proxyBeanMethods = false)
class KnowledgeRoutes {

    @Bean
    RouterFunction<ServerResponse> knowledgeReadRouter(
            QueryHandler queries, ResultHandler results, ProviderHandler providers, CacheHandler cache) {
        return route().GET("/v1/knowledge/queries", queries::list)
                .GET("/v1/knowledge/queries/{id}", queries::get)
                .GET("/v1/knowledge/queries/{id}/results", results::list)
                .GET("/v1/knowledge/queries/{id}/responses", queries::listResponses)
                .GET("/v1/knowledge/results/{id}", results::get)
                .GET("/v1/knowledge/providers", providers::list)
                .GET("/v1/knowledge/providers/{id}", providers::get)
                .GET("/v1/knowledge/cache", cache::statistics)
                .GET("/v1/knowledge/cache/{id}", cache::find)
                .filter(Caller.needs(Role.READER))
                .build();
    }

    @Bean
    RouterFunction<ServerResponse> knowledgeWriteRouter(
            QueryHandler queries, ResultHandler results, ProviderHandler providers, CacheHandler cache) {
        return route().POST("/v1/knowledge/queries", queries::put)
                .PATCH("/v1/knowledge/queries/{id}", queries::change)
                .DELETE("/v1/knowledge/queries/{id}", queries::delete)
                .POST("/v1/knowledge/queries/{id}/results", results::put)
                .POST("/v1/knowledge/queries/{id}/responses", queries::respond)
                .DELETE("/v1/knowledge/results/{id}", results::delete)
                .POST("/v1/knowledge/providers/{id}/requests", providers::record)
                .DELETE("/v1/knowledge/providers/{id}", providers::delete)
                .POST("/v1/knowledge/cache/purge", cache::purge)
                .PUT("/v1/knowledge/cache/{id}", cache::put)
                .DELETE("/v1/knowledge/cache/{id}", cache::delete)
                .filter(Caller.needs(Role.WRITER))
                .build();
    }
}
