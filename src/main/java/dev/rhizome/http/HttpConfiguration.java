package dev.rhizome.http;

import dev.rhizome.binding.RecordBinder;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.support.RouterFunctionMapping;
import tools.jackson.databind.json.JsonMapper;

/** What every route shares. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HttpProperties.class)
class HttpConfiguration {

    private static final int AFTER_THE_ROUTES = 10;

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

    /** Settings that bound requests are in {@code application.yaml}, each with its default. */
    @Bean
    RecordBinder recordBinder(Environment environment) {
        return new RecordBinder(environment::getRequiredProperty);
    }

    @Bean
    RequestReader requestReader(RecordBinder binder, Bodies bodies) {
        return new RequestReader(binder, bodies);
    }

    @Bean
    Streams streams(JsonMapper json, StreamSecret secret) {
        return new Streams(json, new ResumeTokens(secret));
    }

    @Bean
    Writes writes(RequestReader reader, Bodies bodies, BulkIngest ingest) {
        return new Writes(reader, bodies, ingest);
    }

    @Bean
    Listing listing(Streams streams) {
        return new Listing(streams);
    }

    @Bean
    BulkIngest bulkIngest(JsonMapper json, HttpProperties properties) {
        return new BulkIngest(json, properties);
    }

    /** Asked after the mapping that has the routes. */
    @Bean
    RouterFunctionMapping unmatchedMapping(List<RouterFunction<?>> routes, ServerCodecConfigurer codecs) {
        RouterFunctionMapping mapping = new RouterFunctionMapping(new UnmatchedRoutes(routes).asRoute());
        mapping.setMessageReaders(codecs.getReaders());
        mapping.setOrder(AFTER_THE_ROUTES);
        return mapping;
    }
}
