package dev.rhizome.search;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.embedding.QueryEmbeddings;
import dev.rhizome.graph.GraphProperties;
import dev.rhizome.graph.GraphRepository;
import dev.rhizome.http.Caller;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.indexing.TenantProfiles;
import dev.rhizome.tenant.Role;
import java.time.Clock;
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
    GraphRetriever graphLeg(
            TenantTransactions transactions,
            TenantProfiles profiles,
            GraphRetriever.Graph graph,
            SearchProperties properties) {
        return new GraphRetriever(transactions, profiles, graph, properties.fusion());
    }

    @Bean
    GraphRetriever.Graph searchGraph(GraphRepository repository, GraphProperties properties) {
        return new GraphRetriever.Graph(repository, properties);
    }

    @Bean
    DirectRetrievers directLegs(
            TenantTransactions transactions,
            TenantProfiles profiles,
            QueryEmbeddings embeddings,
            SearchProperties properties) {
        return new DirectRetrievers(transactions, profiles, embeddings, properties);
    }

    @Bean
    HybridSearch hybridSearch(
            DirectRetrievers direct, GraphRetriever graph, Placing placing, SearchProperties properties) {
        return new HybridSearch(new HybridSearch.Legs(direct, graph, placing), properties.fusion());
    }

    @Bean
    Placing placing(TenantTransactions transactions, TenantProfiles profiles) {
        return new Placing(transactions, profiles, Clock.systemUTC());
    }

    @Bean
    SearchHandler searchHandler(HybridSearch search, RequestReader reader, Streams streams) {
        return new SearchHandler(search, reader, streams);
    }
}
