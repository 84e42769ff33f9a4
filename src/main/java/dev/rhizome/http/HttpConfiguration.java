package dev.rhizome.http;

import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import tools.jackson.databind.json.JsonMapper;

/** What every route shares. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HttpProperties.class)
class HttpConfiguration {

    @Bean
    RequestIdFilter requestIdFilter() {
        return new RequestIdFilter();
    }

    @Bean
    ProblemHandler problemHandler(JsonMapper json) {
        return new ProblemHandler(json);
    }

    @Bean
    Bodies bodies(HttpProperties properties) {
        return new Bodies(properties);
    }

    @Bean
    Streams streams(JsonMapper json) {
        return new Streams(json);
    }

    @Bean
    BulkIngest bulkIngest(JsonMapper json, HttpProperties properties) {
        return new BulkIngest(json, properties);
    }

    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    RouterFunction<ServerResponse> unmatchedRouter(List<RouterFunction<?>> routes) {
        return new UnmatchedRoutes(routes).asRoute();
    }
}
