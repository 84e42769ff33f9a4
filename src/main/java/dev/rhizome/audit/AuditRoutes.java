package dev.rhizome.audit;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.http.Caller;
import dev.rhizome.tenant.Role;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** The URL of the audit log, for auditors only: not even an admin reads who else did what. */
@Configuration(proxyBeanMethods = false)
class AuditRoutes {

    @Bean
    RouterFunction<ServerResponse> auditRouter(AuditHandler handler) {
        return route().GET("/v1/audit", handler::list)
                .filter(Caller.needs(Role.AUDITOR))
                .build();
    }
}
