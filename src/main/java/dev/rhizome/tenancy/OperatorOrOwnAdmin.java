package dev.rhizome.tenancy;

import dev.rhizome.http.Caller;
import dev.rhizome.http.RequestReader;
import dev.rhizome.problem.NotFound;
import dev.rhizome.problem.Refused;
import dev.rhizome.tenant.Role;
import dev.rhizome.tenant.TenantId;
import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Lets the operator through, and an admin of the tenant that the path names; to everybody else that tenant does not exist. */
public final class OperatorOrOwnAdmin implements HandlerFilterFunction<ServerResponse, ServerResponse> {

    private final RequestReader reader;

    OperatorOrOwnAdmin(RequestReader reader) {
        this.reader = reader;
    }

    @Override
    public Mono<ServerResponse> filter(ServerRequest request, HandlerFunction<ServerResponse> next) {
        Caller caller = Caller.of(request);
        if (caller.role() == Role.OPERATOR) {
            return next.handle(request);
        }
        if (!caller.role().includes(Role.ADMIN)) {
            return Mono.error(() -> new Refused("this needs the role admin or operator"));
        }
        TenantId id = reader.path(request, TenantPath.class).tenant();
        return id.equals(caller.tenant())
                ? next.handle(request)
                : Mono.error(() -> new NotFound("tenant", id.toString()));
    }
}
