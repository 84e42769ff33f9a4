package dev.rhizome.provenance;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.database.UntenantedQueries;
import dev.rhizome.http.Bodies;
import dev.rhizome.http.BulkIngest;
import dev.rhizome.http.Caller;
import dev.rhizome.http.Listing;
import dev.rhizome.http.Streams;
import dev.rhizome.indexing.Indexer;
import dev.rhizome.search.HybridSearch;
import dev.rhizome.tenancy.OperatorProperties;
import dev.rhizome.tenant.Role;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** Routes of provenance. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ProvenanceProperties.class)
class ProvenanceRoutes {

    @Bean
    RouterFunction<ServerResponse> provenanceWriteRouter(ProvenanceHandler handler) {
        return route().POST("/v1/provenance", handler::append)
                .filter(Caller.needs(Role.WRITER))
                .build();
    }

    @Bean
    RouterFunction<ServerResponse> provenanceErasureRouter(ErasureHandler handler) {
        return route().DELETE("/v1/provenance/{type}/{id}/payload", handler::entry)
                .DELETE("/v1/provenance/subjects/{subject}", handler::subject)
                .filter(Caller.needs(Role.ADMIN))
                .build();
    }

    @Bean
    ErasureHandler erasureHandler(TenantTransactions transactions, ChainWriter writer, Streams streams) {
        return new ErasureHandler(new Erasure(transactions, writer), streams);
    }

    @Bean
    RouterFunction<ServerResponse> provenanceReadRouter(ProvenanceHandler entries, ChainHandler chain) {
        return route().GET("/v1/provenance", entries::list)
                .GET("/v1/provenance/precedents", entries::precedents)
                .GET("/v1/provenance/export", chain::export)
                .GET("/v1/provenance/{type}/{id}", entries::get)
                .filter(Caller.needs(Role.READER))
                .build();
    }

    @Bean
    RouterFunction<ServerResponse> provenanceSearchRouter(SimilarHandler similar, WhyHandler why) {
        return route().GET("/v1/provenance/why", why::why)
                .GET("/v1/provenance/similar", similar::toWords)
                .GET("/v1/provenance/{type}/{id}/similar", similar::toEntry)
                .filter(Caller.needs(Role.READER))
                .build();
    }

    @Bean
    SimilarHandler similarHandler(ProvenanceRepository chain, HybridSearch search, Streams streams) {
        return new SimilarHandler(chain, search, streams);
    }

    @Bean
    WhyHandler whyHandler(TenantTransactions transactions, Streams streams) {
        return new WhyHandler(new WhyRepository(transactions), streams);
    }

    @Bean
    RouterFunction<ServerResponse> provenanceProofRouter(ChainHandler chain) {
        return route().GET("/v1/provenance/keys", chain::keys)
                .GET("/v1/provenance/head", chain::head)
                .GET("/v1/provenance/heads", chain::heads)
                .GET("/v1/provenance/verify", chain::verify)
                .POST("/v1/provenance/verify", chain::verifyAgainst)
                .filter(Caller.needs(Role.READER, Role.AUDITOR))
                .build();
    }

    @Bean
    Keyring provenanceKeyring(ProvenanceProperties properties, OperatorProperties operator) {
        return new Keyring(properties, operator.home());
    }

    @Bean
    ProvenanceRepository provenanceRepository(TenantTransactions transactions) {
        return new ProvenanceRepository(transactions);
    }

    @Bean
    ChainWriter chainWriter(TenantTransactions transactions, Keyring keyring, ProvenanceProperties properties) {
        return new ChainWriter(transactions, keyring, Clock.systemUTC(), properties.headEvery());
    }

    @Bean
    HeadSigner headSigner(
            ChainWriter writer,
            ProvenanceRepository chain,
            UntenantedQueries untenanted,
            ProvenanceProperties properties) {
        return new HeadSigner(writer, chain, untenanted, properties);
    }

    @Bean
    ProvenanceHandler.Shared provenanceShared(Bodies bodies, BulkIngest ingest, Streams streams, Listing listing) {
        return new ProvenanceHandler.Shared(bodies, ingest, streams, listing);
    }

    @Bean
    ProvenanceWriter provenanceWriter(
            ProvenanceRepository chain, Indexer indexer, ChainWriter writer, ProvenanceProperties properties) {
        return new ProvenanceWriter(chain, indexer, new AppendQueue(writer, properties.maxWaiting()));
    }

    @Bean
    ProvenanceHandler provenanceHandler(
            ProvenanceRepository chain, ProvenanceWriter writer, ProvenanceHandler.Shared shared) {
        return new ProvenanceHandler(chain, writer, shared);
    }

    @Bean
    ChainHandler.Chain provenanceChain(
            ProvenanceRepository entries, HeadSigner heads, Keyring keyring, ProvenanceProperties properties) {
        return new ChainHandler.Chain(
                entries,
                new ChainWalk(entries, keyring, properties.page()),
                new ChainExport(entries, heads, keyring, properties.page()),
                heads);
    }

    @Bean
    ChainHandler chainHandler(ChainHandler.Chain chain, Keyring keyring, ProvenanceHandler.Shared shared) {
        return new ChainHandler(chain, keyring, shared);
    }
}
