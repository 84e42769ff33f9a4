package dev.rhizome.graph;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.http.Caller;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import dev.rhizome.indexing.Indexer;
import dev.rhizome.tenant.Role;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** Routes of entities, relationships and walks. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(GraphProperties.class)
class GraphRoutes {

    @Bean
    RouterFunction<ServerResponse> graphWriteRouter(EntityHandler handler) {
        return route().POST("/v1/entities", handler::putEntities)
                .DELETE("/v1/entities/{id}", handler::delete)
                .POST("/v1/relationships", handler::putRelationships)
                .DELETE("/v1/relationships", handler::deleteRelationship)
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

    @Bean
    EntityRepository entityRepository(TenantTransactions transactions) {
        return new EntityRepository(transactions);
    }

    @Bean
    GraphRepository graphRepository(TenantTransactions transactions) {
        return new GraphRepository(transactions);
    }

    @Bean
    EntityHandler.Shared entityShared(Writes writes, Streams streams) {
        return new EntityHandler.Shared(writes, streams);
    }

    @Bean
    EntityHandler entityHandler(
            EntityRepository entities, Indexer indexer, TenantTransactions transactions, EntityHandler.Shared shared) {
        return new EntityHandler(
                entities, new EntityWriter(entities, indexer), new RelationshipRepository(transactions), shared);
    }

    @Bean
    GraphHandler graphHandler(GraphRepository graph, GraphProperties properties, Streams streams) {
        return new GraphHandler(graph, properties, streams);
    }
}
