package dev.rhizome.tenancy;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.http.Caller;
import dev.rhizome.tenant.Role;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** URLs of tenants, their keys and their embedding model. */
@Configuration(proxyBeanMethods = false)
class TenancyRoutes {

    @Bean
    RouterFunction<ServerResponse> tenantRouter(TenantHandler tenants) {
        return route().POST("/v1/tenants", tenants::create)
                .GET("/v1/tenants", tenants::list)
                .GET("/v1/tenants/{id}", tenants::get)
                .PATCH("/v1/tenants/{id}", tenants::change)
                .DELETE("/v1/tenants/{id}", tenants::delete)
                .filter(Caller.needs(Role.OPERATOR))
                .build();
    }

    @Bean
    RouterFunction<ServerResponse> keyRouter(ApiKeyHandler keys, OperatorOrOwnAdmin mayDo) {
        return route().POST("/v1/tenants/{id}/keys", keys::issue)
                .GET("/v1/tenants/{id}/keys", keys::list)
                .DELETE("/v1/tenants/{id}/keys/{keyId}", keys::revoke)
                .filter(mayDo)
                .build();
    }

    @Bean
    RouterFunction<ServerResponse> tenantEmbeddingRouter(TenantEmbeddingHandler embedding, OperatorOrOwnAdmin mayDo) {
        return route().GET("/v1/tenants/{id}/embedding", embedding::get)
                .POST("/v1/tenants/{id}/embedding", embedding::move)
                .DELETE("/v1/tenants/{id}/embedding", embedding::cancel)
                .filter(mayDo)
                .build();
    }
}
