package dev.rhizome.sharing;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.http.Caller;
import dev.rhizome.tenant.Role;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** URLs of what tenants share. */
@Configuration(proxyBeanMethods = false)
class SharingRoutes {

    /** Admins decide what is shared. */
    @Bean
    RouterFunction<ServerResponse> grantRouter(SharingHandler handler) {
        return route().POST("/v1/grants", handler::give)
                .GET("/v1/grants", handler::given)
                .GET("/v1/grants/{id}", handler::get)
                .DELETE("/v1/grants/{id}", handler::revoke)
                .filter(Caller.needs(Role.ADMIN))
                .build();
    }

    /** Whoever reads the tenant's own things reads what is shared with it. */
    @Bean
    RouterFunction<ServerResponse> sharedRouter(SharingHandler handler) {
        return route().GET("/v1/shared", handler::received)
                .GET("/v1/shared/{tenant}/entities/{id}", handler::entity)
                .filter(Caller.needs(Role.READER))
                .build();
    }

    /** Auditors look who read what, as they look who changed what. */
    @Bean
    RouterFunction<ServerResponse> accessRouter(SharingHandler handler) {
        return route().GET("/v1/accesses", handler::accesses)
                .filter(Caller.needs(Role.AUDITOR))
                .build();
    }
}
