package dev.rhizome.provenance;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.http.Caller;
import dev.rhizome.tenant.Role;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** Routes of provenance. */
@Configuration(proxyBeanMethods = false)
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
    RouterFunction<ServerResponse> provenanceReadRouter(ProvenanceHandler entries) {
        return route().GET("/v1/provenance", entries::list)
                .GET("/v1/provenance/precedents", entries::precedents)
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
    RouterFunction<ServerResponse> provenanceProofRouter(ChainHandler chain) {
        return route().GET("/v1/provenance/keys", chain::keys)
                .GET("/v1/provenance/export", chain::export)
                .GET("/v1/provenance/head", chain::head)
                .GET("/v1/provenance/heads", chain::heads)
                .GET("/v1/provenance/verify", chain::verify)
                .POST("/v1/provenance/verify", chain::verifyAgainst)
                .filter(Caller.needs(Role.READER, Role.AUDITOR))
                .build();
    }
}
