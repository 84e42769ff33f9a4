package dev.rhizome.federation;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.http.Caller;
import dev.rhizome.tenant.Role;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** URLs of figures over tenants. */
@Configuration(proxyBeanMethods = false)
class FederationRoutes {

    @Bean
    RouterFunction<ServerResponse> federationRouter(FederationHandler federation) {
        return route().GET("/v1/federated/figures", federation::measures)
                .GET("/v1/federated/figures/{measure}", federation::figure)
                .GET("/v1/federated/budget", federation::budget)
                .GET("/v1/federated/ledger", federation::ledger)
                .filter(Caller.needs(Role.READER))
                .build();
    }
}
