package dev.rhizome.agent;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.http.Caller;
import dev.rhizome.tenant.Role;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** URLs of the registry of agents. */
@Configuration(proxyBeanMethods = false)
class AgentRoutes {

    @Bean
    RouterFunction<ServerResponse> agentReadRouter(
            AgentHandler agents, AgentCardHandler cards, MatchHandler match, StatisticsHandler statistics) {
        return route().GET("/v1/agents", agents::list)
                .GET("/v1/agents/statistics", statistics::totals)
                .GET("/v1/agents/stale", agents::listStale)
                .POST("/v1/agents/match", match::match)
                .GET("/v1/agents/{id}", agents::get)
                .GET("/v1/agents/{id}/card", cards::exportCard)
                .GET("/v1/agents/{id}/statistics", statistics::ofAgent)
                .filter(Caller.needs(Role.READER))
                .build();
    }

    @Bean
    RouterFunction<ServerResponse> agentWriteRouter(AgentHandler agents, AgentCardHandler cards) {
        return route().POST("/v1/agents", agents::register)
                .POST("/v1/agents/cards", cards::importCard)
                .DELETE("/v1/agents/stale", agents::deleteStale)
                .PATCH("/v1/agents/{id}", agents::change)
                .DELETE("/v1/agents/{id}", agents::delete)
                .POST("/v1/agents/{id}/restore", agents::restore)
                .filter(Caller.needs(Role.WRITER))
                .build();
    }

    @Bean
    RouterFunction<ServerResponse> agentWorkReadRouter(OutcomeHandler outcomes) {
        return route().GET("/v1/agents/{id}/outcomes", outcomes::list)
                .filter(Caller.needs(Role.READER))
                .build();
    }

    @Bean
    RouterFunction<ServerResponse> agentWorkWriteRouter(OutcomeHandler outcomes, LoadHandler loads) {
        return route().POST("/v1/agents/{id}/outcomes", outcomes::record)
                .POST("/v1/agents/{id}/load", loads::change)
                .filter(Caller.needs(Role.WRITER))
                .build();
    }
}
