package dev.rhizome.verification;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.http.Caller;
import dev.rhizome.tenant.Role;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** URLs of verifications. */
@Configuration(proxyBeanMethods = false)
class VerificationRoutes {

    @Bean
    RouterFunction<ServerResponse> verificationReadRouter(VerificationHandler verifications) {
        return route().GET("/v1/verifications", verifications::list)
                .GET("/v1/verifications/methods", verifications::methods)
                .POST("/v1/verifications/lookup", verifications::lookUp)
                .GET("/v1/verifications/{id}", verifications::get)
                .GET("/v1/verifications/{id}/result", verifications::result)
                .GET("/v1/verifications/{id}/evidence", verifications::evidence)
                .filter(Caller.needs(Role.READER))
                .build();
    }

    @Bean
    RouterFunction<ServerResponse> verificationWriteRouter(VerificationHandler verifications) {
        return route().POST("/v1/verifications", verifications::put)
                .PATCH("/v1/verifications/{id}", verifications::change)
                .DELETE("/v1/verifications/{id}", verifications::delete)
                .POST("/v1/verifications/{id}/result", verifications::store)
                .filter(Caller.needs(Role.WRITER))
                .build();
    }
}
