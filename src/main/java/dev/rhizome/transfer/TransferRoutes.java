package dev.rhizome.transfer;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.http.Caller;
import dev.rhizome.tenancy.OperatorOrOwnAdmin;
import dev.rhizome.tenant.Role;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** URLs of exports, imports, copies and certificates of tenants. */
@Configuration(proxyBeanMethods = false)
class TransferRoutes {

    @Bean
    RouterFunction<ServerResponse> transferRouter(TransferHandler transfer) {
        return route().POST("/v1/tenants/import", transfer::load)
                .POST("/v1/tenants/{id}/fork", transfer::fork)
                .GET("/v1/tenants/{id}/certificate", transfer::certificate)
                .filter(Caller.needs(Role.OPERATOR))
                .build();
    }

    @Bean
    RouterFunction<ServerResponse> exportRouter(TransferHandler transfer, OperatorOrOwnAdmin mayDo) {
        return route().GET("/v1/tenants/{id}/export", transfer::export)
                .filter(mayDo)
                .build();
    }
}
