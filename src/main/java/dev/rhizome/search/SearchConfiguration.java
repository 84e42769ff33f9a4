package dev.rhizome.search;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.embedding.QueryEmbeddings;
import dev.rhizome.graph.GraphProperties;
import dev.rhizome.graph.GraphRepository;
import dev.rhizome.http.LineAnswers;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.indexing.TenantProfiles;
import dev.rhizome.sharing.Visits;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts search together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SearchProperties.class)
class SearchConfiguration {

    @Bean
    DirectRetrievers directRetrievers(
            TenantTransactions transactions,
            TenantProfiles profiles,
            QueryEmbeddings embeddings,
            SearchProperties properties) {
        return new DirectRetrievers(
                transactions,
                profiles,
                new QueryVectors(embeddings, properties.embeddingTimeout()),
                new VectorPlanner(transactions, properties.vector()),
                properties);
    }

    @Bean
    GraphRetriever graphRetriever(
            TenantTransactions transactions,
            TenantProfiles profiles,
            GraphRepository graph,
            GraphProperties limits,
            SearchProperties properties) {
        return new GraphRetriever(transactions, profiles, graph, limits, properties.fusion());
    }

    @Bean
    Reranker reranker(TenantTransactions transactions, TenantProfiles profiles) {
        return new Reranker(transactions, profiles, Clock.systemUTC());
    }

    @Bean
    SharedRetrievers sharedRetrievers(DirectRetrievers direct, Visits visits) {
        return new SharedRetrievers(direct, visits);
    }

    @Bean
    HybridSearch hybridSearch(
            SharedRetrievers direct, GraphRetriever graph, Reranker reranker, SearchProperties properties) {
        return new HybridSearch(direct, graph, reranker, properties.fusion());
    }

    @Bean
    SearchHandler searchHandler(
            HybridSearch search,
            RequestReader reader,
            Streams streams,
            LineAnswers lines,
            ObjectProvider<SearchObserver> observer,
            SearchProperties properties) {
        return new SearchHandler(
                search,
                reader,
                streams,
                lines,
                observer.getIfAvailable(() -> SearchObserver.NONE),
                properties.batchConcurrency());
    }
}
