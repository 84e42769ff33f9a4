package dev.rhizome.document;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.http.Caller;
import dev.rhizome.tenant.Role;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** URLs of documents. */
@Configuration(proxyBeanMethods = false)
class DocumentRoutes {

    @Bean
    RouterFunction<ServerResponse> documentReadRouter(DocumentHandler documents) {
        return route().GET("/v1/documents", documents::list)
                .GET("/v1/documents/{id}", documents::get)
                .GET("/v1/documents/{id}/chunks", documents::chunks)
                .filter(Caller.needs(Role.READER))
                .build();
    }

    @Bean
    RouterFunction<ServerResponse> documentWriteRouter(DocumentHandler documents) {
        return route().POST("/v1/documents", documents::put)
                .DELETE("/v1/documents/{id}", documents::delete)
                .filter(Caller.needs(Role.WRITER))
                .build();
    }
}
