package dev.rhizome.tenancy;

import dev.rhizome.http.Caller;
import dev.rhizome.http.Role;
import dev.rhizome.http.TokenAuthenticator;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.tenant.TenantId;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import reactor.core.publisher.Mono;

/** Recognizes JWTs of the configured issuer, whose claims name the tenant and the roles. */
public final class JwtAuthenticator implements TokenAuthenticator {

    private final ReactiveJwtDecoder decoder;
    private final JwtProperties properties;

    /** Trusts what {@code decoder} accepts. */
    public JwtAuthenticator(ReactiveJwtDecoder decoder, JwtProperties properties) {
        this.decoder = decoder;
        this.properties = properties;
    }

    @Override
    public Mono<Caller> authenticate(String token) {
        if (token.chars().filter(c -> c == '.').count() != 2) {
            return Mono.empty();
        }
        return decoder.decode(token)
                .onErrorResume(BadJwtException.class, error -> Mono.empty())
                .flatMap(jwt -> Mono.justOrEmpty(caller(jwt)));
    }

    private Optional<Caller> caller(Jwt jwt) {
        Object tenant = jwt.getClaim(properties.tenantClaim());
        Optional<Role> role = roles(jwt.getClaim(properties.rolesClaim())).stream()
                .map(Role::ofKey)
                .flatMap(Optional::stream)
                .filter(known -> known != Role.AUDITOR)
                .max(Role::compareTo);
        Optional<Role> auditor = roles(jwt.getClaim(properties.rolesClaim())).contains("auditor")
                ? Optional.of(Role.AUDITOR)
                : Optional.empty();
        if (!(tenant instanceof String text)) {
            return Optional.empty();
        }
        try {
            TenantId id = TenantId.parse(properties.tenantClaim(), text);
            return role.or(() -> auditor)
                    .map(granted -> new Caller(Objects.requireNonNullElse(jwt.getSubject(), "jwt"), id, granted));
        } catch (InvalidRequest e) {
            return Optional.empty();
        }
    }

    private static List<String> roles(@Nullable Object claim) {
        if (claim instanceof Collection<?> many) {
            return many.stream().map(String::valueOf).toList();
        }
        return claim instanceof String words ? List.of(words.split(" ", -1)) : List.of();
    }
}
