package dev.rhizome.benchmark;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.http.Caller;
import dev.rhizome.tenant.Role;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** Routes of benchmarks. */
@Configuration(proxyBeanMethods = false)
class BenchmarkRoutes {

    @Bean
    RouterFunction<ServerResponse> benchmarkWriteRouter(BenchmarkHandler handler) {
        return route().PUT("/v1/benchmarks/datasets/{id}", handler::putDataset)
                .DELETE("/v1/benchmarks/datasets/{id}", handler::deleteDataset)
                .POST("/v1/benchmarks/evaluations", handler::queue)
                .PATCH("/v1/benchmarks/evaluations/{id}", handler::changeEvaluation)
                .filter(Caller.needs(Role.WRITER))
                .build();
    }

    @Bean
    RouterFunction<ServerResponse> benchmarkReadRouter(BenchmarkHandler handler) {
        return route().GET("/v1/benchmarks/datasets", handler::listDatasets)
                .GET("/v1/benchmarks/datasets/{id}", handler::getDataset)
                .GET("/v1/benchmarks/evaluations", handler::listEvaluations)
                .GET("/v1/benchmarks/evaluations/{id}", handler::getEvaluation)
                .filter(Caller.needs(Role.READER))
                .build();
    }
}
