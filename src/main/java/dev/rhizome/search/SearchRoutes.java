package dev.rhizome.search;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.embedding.QueryEmbeddings;
import dev.rhizome.graph.GraphProperties;
import dev.rhizome.graph.GraphRepository;
import dev.rhizome.http.Bodies;
import dev.rhizome.http.Caller;
import dev.rhizome.http.Role;
import dev.rhizome.http.Streams;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** Routes of search. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SearchProperties.class)
class SearchRoutes {

    @Bean
    RouterFunction<ServerResponse> searchRouter(SearchHandler handler) {
        return route().GET("/v1/search", handler::get)
                .POST("/v1/search", handler::post)
                .filter(Caller.needs(Role.READER))
                .build();
    }

    @Bean
    HybridSearch.Graph searchGraph(GraphRepository repository, GraphProperties properties) {
        return new HybridSearch.Graph(repository, properties);
    }

    @Bean
    HybridSearch hybridSearch(
            TenantTransactions transactions,
            QueryEmbeddings embeddings,
            HybridSearch.Graph graph,
            SearchProperties properties) {
        return new HybridSearch(transactions, embeddings, graph, properties);
    }

    @Bean
    SearchRequestReader searchRequestReader(SearchProperties properties, QueryEmbeddings embeddings) {
        return new SearchRequestReader(properties, embeddings.dimensions());
    }

    @Bean
    SearchHandler searchHandler(HybridSearch search, SearchRequestReader reader, Bodies bodies, Streams streams) {
        return new SearchHandler(search, reader, bodies, streams);
    }
}
