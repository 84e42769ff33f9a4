package dev.rhizome.crawl;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.http.Caller;
import dev.rhizome.tenant.Role;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** URLs of pages of the web, sites, and walks from page to page. */
@Configuration(proxyBeanMethods = false)
class WebRoutes {

    @Bean
    RouterFunction<ServerResponse> webReadRouter(
            PageHandler pages, DomainHandler domains, TraversalHandler walks, ExtractionHandler extractions) {
        return route().GET("/v1/web/pages", pages::list)
                .GET("/v1/web/pages/{id}", pages::get)
                .GET("/v1/web/pages/{id}/links", pages::links)
                .GET("/v1/web/pages/{id}/chunks", pages::chunks)
                .POST("/v1/web/pages/lookup", pages::lookup)
                .GET("/v1/web/cache", pages::statistics)
                .GET("/v1/web/domains", domains::list)
                .GET("/v1/web/domains/{id}", domains::get)
                .GET("/v1/web/traversals", walks::list)
                .GET("/v1/web/traversals/{id}", walks::get)
                .GET("/v1/web/traversals/{id}/pages", walks::pages)
                .GET("/v1/web/extractions", extractions::hours)
                .filter(Caller.needs(Role.READER))
                .build();
    }

    @Bean
    RouterFunction<ServerResponse> webWriteRouter(
            PageHandler pages, DomainHandler domains, TraversalHandler walks, ExtractionHandler extractions) {
        return route().POST("/v1/web/pages", pages::put)
                .DELETE("/v1/web/pages/{id}", pages::delete)
                .POST("/v1/web/cache/purge", pages::purge)
                .PUT("/v1/web/domains/{id}", domains::set)
                .DELETE("/v1/web/domains/{id}", domains::delete)
                .POST("/v1/web/domains/{id}/requests", domains::acquire)
                .POST("/v1/web/domains/{id}/outcomes", domains::record)
                .POST("/v1/web/traversals", walks::create)
                .PATCH("/v1/web/traversals/{id}", walks::change)
                .DELETE("/v1/web/traversals/{id}", walks::delete)
                .POST("/v1/web/traversals/{id}/pages", walks::addPage)
                .PATCH("/v1/web/traversals/{id}/pages", walks::changePage)
                .POST("/v1/web/extractions", extractions::add)
                .filter(Caller.needs(Role.WRITER))
                .build();
    }
}
