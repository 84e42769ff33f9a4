package dev.rhizome.usage;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.http.Caller;
import dev.rhizome.tenant.Role;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** URLs of usage and limits. */
@Configuration(proxyBeanMethods = false)
class UsageRoutes {

    @Bean
    RouterFunction<ServerResponse> usageRouter(UsageHandler usage) {
        return route().GET("/v1/usage", usage::own)
                .filter(Caller.needs(Role.READER))
                .build();
    }

    @Bean
    RouterFunction<ServerResponse> tenantUsageRouter(UsageHandler usage, LimitsHandler limits) {
        return route().GET("/v1/tenants/{id}/usage", usage::ofTenant)
                .GET("/v1/tenants/{id}/limits", limits::get)
                .PUT("/v1/tenants/{id}/limits", limits::put)
                .DELETE("/v1/tenants/{id}/limits", limits::remove)
                .filter(Caller.needs(Role.OPERATOR))
                .build();
    }
}
