package dev.rhizome.http;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

/** Answers what no route takes: 405 where the path has another method, else 404. */
final class UnmatchedRoutes {

    private final Map<PathPattern, Set<HttpMethod>> methods = new HashMap<>();

    UnmatchedRoutes(List<RouterFunction<?>> routes) {
        routes.forEach(route -> route.accept(new Collector()));
    }

    RouterFunction<ServerResponse> asRoute() {
        return route(RequestPredicates.all(), this::refuse);
    }

    private Mono<ServerResponse> refuse(ServerRequest request) {
        Set<HttpMethod> allowed = new TreeSet<>(Comparator.comparing(HttpMethod::name));
        methods.forEach((pattern, known) -> {
            if (pattern.matches(request.requestPath().pathWithinApplication())) {
                allowed.addAll(known);
            }
        });
        if (allowed.contains(HttpMethod.GET)) {
            allowed.add(HttpMethod.HEAD);
        }
        return allowed.isEmpty()
                ? Mono.error(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "there is nothing at this path"))
                : Mono.error(() -> new MethodNotAllowedException(request.method(), allowed));
    }

    /** Reads path and methods out of the routes' predicates. */
    private final class Collector implements RouterFunctions.Visitor {

        @Override
        public void route(RequestPredicate predicate, HandlerFunction<?> handler) {
            PathAndMethod found = new PathAndMethod();
            predicate.accept(found);
            if (!found.pattern.isEmpty()) {
                methods.computeIfAbsent(
                                PathPatternParser.defaultInstance.parse(found.pattern),
                                pattern -> new TreeSet<>(Comparator.comparing(HttpMethod::name)))
                        .addAll(found.methods);
            }
        }

        @Override
        public void startNested(RequestPredicate predicate) {}

        @Override
        public void endNested(RequestPredicate predicate) {}

        @Override
        public void resources(Function<ServerRequest, Mono<Resource>> lookup) {}

        @Override
        public void attributes(Map<String, Object> attributes) {}

        @Override
        public void unknown(RouterFunction<?> route) {}
    }

    private static final class PathAndMethod implements RequestPredicates.Visitor {
        private String pattern = "";
        private Set<HttpMethod> methods = Set.of();

        @Override
        public void method(Set<HttpMethod> given) {
            methods = given;
        }

        @Override
        public void path(String given) {
            pattern = given;
        }

        @Override
        public void header(String name, String value) {}

        @Override
        public void version(String version) {}

        @Override
        @Deprecated
        @SuppressWarnings("removal")
        public void pathExtension(String extension) {}

        @Override
        public void queryParam(String name, String value) {}

        @Override
        public void startAnd() {}

        @Override
        public void and() {}

        @Override
        public void endAnd() {}

        @Override
        public void startOr() {}

        @Override
        public void or() {}

        @Override
        public void endOr() {}

        @Override
        public void startNegate() {}

        @Override
        public void endNegate() {}

        @Override
        public void unknown(RequestPredicate predicate) {}
    }
}
