package dev.rhizome.agent.network;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.http.Bodies;
import dev.rhizome.http.Caller;
import dev.rhizome.http.Listing;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import dev.rhizome.indexing.Indexer;
import dev.rhizome.tenant.Role;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** Routes of agents' capabilities and relationships. They come before the registry's, which take any word for an id. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(NetworkProperties.class)
class NetworkRoutes {

    @Bean
    @Order(0)
    RouterFunction<ServerResponse> networkReadRouter(NetworkHandler network, CapabilityHandler capabilities) {
        return route().GET("/v1/agents/centrality", network::central)
                .GET("/v1/agents/{id}/relationships", network::list)
                .GET("/v1/agents/{id}/summary", network::summary)
                .GET("/v1/agents/{id}/capabilities", capabilities::list)
                .GET("/v1/agents/{id}/capabilities/evidence", capabilities::listEvidence)
                .filter(Caller.needs(Role.READER))
                .build();
    }

    @Bean
    @Order(0)
    RouterFunction<ServerResponse> networkWriteRouter(NetworkHandler network, CapabilityHandler capabilities) {
        return route().POST("/v1/agents/centrality", network::compute)
                .POST("/v1/agents/relationships", network::put)
                .POST("/v1/agents/relationships/observations", network::observe)
                .DELETE("/v1/agents/relationships", network::delete)
                .POST("/v1/agents/{id}/capabilities", capabilities::put)
                .DELETE("/v1/agents/{id}/capabilities", capabilities::delete)
                .POST("/v1/agents/{id}/capabilities/demonstrations", capabilities::demonstrate)
                .POST("/v1/agents/{id}/capabilities/evidence", capabilities::putEvidence)
                .filter(Caller.needs(Role.WRITER))
                .build();
    }

    @Bean
    NetworkHandler.Answers networkAnswers(Writes writes, Bodies bodies, Listing listing, Streams streams) {
        return new NetworkHandler.Answers(writes, bodies, listing, streams);
    }

    @Bean
    NetworkHandler networkHandler(
            TenantTransactions transactions, NetworkProperties properties, NetworkHandler.Answers answers) {
        return new NetworkHandler(
                transactions,
                new CentralityRepository(transactions, properties),
                new CapabilityRepository(transactions),
                answers);
    }

    @Bean
    CapabilityHandler capabilityHandler(
            TenantTransactions transactions, Indexer indexer, NetworkHandler.Answers answers) {
        CapabilityRepository capabilities = new CapabilityRepository(transactions);
        return new CapabilityHandler(
                capabilities,
                new CapabilityWriter(capabilities, indexer),
                new EvidenceRepository(transactions),
                answers);
    }
}
