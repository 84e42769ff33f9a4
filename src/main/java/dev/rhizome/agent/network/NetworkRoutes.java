package dev.rhizome.agent.network;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.http.Caller;
import dev.rhizome.tenant.Role;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** URLs of agents' capabilities and relationships. They come before the registry's, which take any word for an id. */
@Configuration(proxyBeanMethods = false)
class NetworkRoutes {

    @Bean
    @Order(0)
    RouterFunction<ServerResponse> networkReadRouter(
            AgentRelationshipHandler relationships,
            NetworkHandler network,
            CapabilityHandler capabilities,
            EvidenceHandler evidence) {
        return route().GET("/v1/agents/centrality", network::listCentrality)
                .GET("/v1/agents/{id}/relationships", relationships::list)
                .GET("/v1/agents/{id}/summary", network::summary)
                .GET("/v1/agents/{id}/capabilities", capabilities::list)
                .GET("/v1/agents/{id}/capabilities/evidence", evidence::list)
                .filter(Caller.needs(Role.READER))
                .build();
    }

    @Bean
    @Order(0)
    RouterFunction<ServerResponse> networkWriteRouter(
            AgentRelationshipHandler relationships,
            NetworkHandler network,
            CapabilityHandler capabilities,
            EvidenceHandler evidence) {
        return route().POST("/v1/agents/centrality", network::computeCentrality)
                .POST("/v1/agents/relationships", relationships::put)
                .POST("/v1/agents/relationships/observations", relationships::observe)
                .DELETE("/v1/agents/relationships", relationships::delete)
                .POST("/v1/agents/{id}/capabilities", capabilities::put)
                .DELETE("/v1/agents/{id}/capabilities", capabilities::delete)
                .POST("/v1/agents/{id}/capabilities/demonstrations", capabilities::demonstrate)
                .POST("/v1/agents/{id}/capabilities/evidence", evidence::put)
                .filter(Caller.needs(Role.WRITER))
                .build();
    }
}
