package dev.rhizome.http;

import dev.rhizome.problem.Refused;
import dev.rhizome.problem.RhizomeException;
import dev.rhizome.problem.TenantMissing;
import dev.rhizome.tenant.Actor;
import dev.rhizome.tenant.Role;
import dev.rhizome.tenant.TenantId;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * Who sent a request, as its token proves.
 *
 * @param name for logs and audit: the key's id, {@code jwt:} and the JWT's subject, {@code operator}
 * @param tenant whose data it may reach, or null for the operator
 * @param role what it may do there
 * @param expiresAt when its token ends by itself, null for never
 */
public record Caller(
        String name,
        @Nullable TenantId tenant,
        Role role,
        @Nullable Instant expiresAt) {

    static final String ATTRIBUTE = Caller.class.getName();

    /** Whether its token has ended by {@code now}. */
    public boolean isExpiredAt(Instant now) {
        return expiresAt != null && !expiresAt.isAfter(now);
    }

    /** Lets requests through whose caller has one of {@code needed}; refuses others with 403. */
    public static HandlerFilterFunction<ServerResponse, ServerResponse> needs(Role... needed) {
        String names = Stream.of(needed).map(Role::label).collect(Collectors.joining(" or "));
        return (request, next) -> {
            Caller caller = of(request);
            return Stream.of(needed).anyMatch(caller.role()::includes)
                    ? next.handle(request)
                    : Mono.error(() -> refusal(caller, names));
        };
    }

    /** The operator lacks no role but a tenant. */
    private static RhizomeException refusal(Caller caller, String names) {
        return caller.tenant() == null ? new TenantMissing() : new Refused("this needs the role " + names);
    }

    /** The caller, for the record. */
    Actor actor(String requestId) {
        return new Actor(name, role.label(), requestId);
    }

    /** The caller of an authenticated request. */
    public static Caller of(ServerRequest request) {
        return (Caller) request.attribute(ATTRIBUTE)
                .orElseThrow(() -> new IllegalStateException("route " + request.path() + " is not authenticated"));
    }
}
