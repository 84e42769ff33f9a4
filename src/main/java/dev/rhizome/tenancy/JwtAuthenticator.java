package dev.rhizome.tenancy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSecurityContextJWKSet;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWKSecurityContext;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jwt.proc.ConfigurableJWTProcessor;
import dev.rhizome.http.Caller;
import dev.rhizome.http.TokenAuthenticator;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.problem.Overloaded;
import dev.rhizome.problem.Refused;
import dev.rhizome.problem.TenantSuspended;
import dev.rhizome.problem.TenantUnknown;
import dev.rhizome.tenant.Role;
import dev.rhizome.tenant.TenantId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtAudienceValidator;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import reactor.core.publisher.Mono;

/**
 * Recognizes JWTs of the configured issuer, whose claims name the tenant and the roles.
 *
 * <p>A token is proven by an asymmetric signature of the issuer's, its issuer, its audience and its times; it must expire. One that is
 * proven and names no active tenant, or no role of ours, is refused and told which claim is wanting: a new token from the same issuer
 * would do no better.
 */
public final class JwtAuthenticator implements TokenAuthenticator {

    /** In front of what an issuer calls a caller, so that it can be taken neither for one of our keys nor for the operator. */
    private static final String SUBJECT = "jwt:";

    private static final Set<JOSEObjectType> TYPES =
            new HashSet<>(Arrays.asList(null, JOSEObjectType.JWT, new JOSEObjectType("at+jwt")));

    private final ReactiveJwtDecoder decoder;
    private final JwtProperties properties;
    private final ActiveTenants tenants;

    /** Trusts what was signed with one of {@code keys}, in one of {@code tenants}. */
    JwtAuthenticator(JwtProperties properties, SigningKeys keys, ActiveTenants tenants) {
        NimbusReactiveJwtDecoder proven = NimbusReactiveJwtDecoder.withJwkSource(keys::of)
                .jwtProcessorCustomizer(JwtAuthenticator::restrict)
                .build();
        proven.setJwtValidator(validator(properties));
        this.decoder = proven;
        this.properties = properties;
        this.tenants = tenants;
    }

    @Override
    public Mono<Caller> authenticate(String token) {
        if (token.chars().filter(c -> c == '.').count() != 2) {
            return Mono.empty();
        }
        return decoder.decode(token)
                .onErrorResume(JwtAuthenticator::unproven)
                .map(this::caller)
                .flatMap(this::ofActiveTenant);
    }

    private Mono<Caller> ofActiveTenant(Caller caller) {
        return tenants.status(Objects.requireNonNull(caller.tenant()))
                .flatMap(status -> switch (status) {
                    case ActiveTenants.ACTIVE -> Mono.just(caller);
                    case ActiveTenants.SUSPENDED -> Mono.<Caller>error(TenantSuspended::new);
                    default -> Mono.<Caller>empty();
                })
                .switchIfEmpty(Mono.error(() -> new TenantUnknown(properties.tenantClaim())));
    }

    private Caller caller(Jwt jwt) {
        String subject = SUBJECT + Objects.requireNonNullElse(jwt.getSubject(), "");
        return new Caller(subject, tenant(jwt), role(jwt), jwt.getExpiresAt());
    }

    private TenantId tenant(Jwt jwt) {
        Object claim = jwt.getClaim(properties.tenantClaim());
        try {
            return TenantId.parse(properties.tenantClaim(), claim instanceof String text ? text : "");
        } catch (InvalidRequest e) {
            throw refused(properties.tenantClaim(), "the UUID of a tenant");
        }
    }

    private Role role(Jwt jwt) {
        List<Role> granted = words(jwt.getClaim(properties.rolesClaim())).stream()
                .map(Role::ofKey)
                .flatMap(Optional::stream)
                .toList();
        return granted.stream()
                .filter(role -> role != Role.AUDITOR)
                .max(Comparator.naturalOrder())
                .or(() -> granted.stream().findFirst())
                .orElseThrow(() -> refused(properties.rolesClaim(), "one of reader, writer, admin and auditor"));
    }

    private static Refused refused(String claim, String expected) {
        return new Refused(
                "the token is valid but grants no access here: claim " + claim + " (expected: " + expected + ")");
    }

    private static List<String> words(@Nullable Object claim) {
        if (claim instanceof Collection<?> many) {
            return many.stream().map(String::valueOf).toList();
        }
        return claim instanceof String words ? List.of(words.split(" ", -1)) : List.of();
    }

    private static Mono<Jwt> unproven(Throwable error) {
        return error.getCause() instanceof Overloaded noKeys ? Mono.error(noKeys) : Mono.empty();
    }

    /** A secret key is never among the algorithms, so that a public key cannot be taken for one. */
    private static void restrict(ConfigurableJWTProcessor<JWKSecurityContext> processor) {
        Set<JWSAlgorithm> asymmetric = new HashSet<>(JWSAlgorithm.Family.RSA);
        asymmetric.addAll(JWSAlgorithm.Family.EC);
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(asymmetric, new JWKSecurityContextJWKSet()));
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(TYPES));
    }

    private static OAuth2TokenValidator<Jwt> validator(JwtProperties properties) {
        JwtTimestampValidator times = new JwtTimestampValidator();
        times.setAllowEmptyExpiryClaim(false);
        List<OAuth2TokenValidator<Jwt>> validators = new ArrayList<>();
        validators.add(times);
        validators.add(new JwtIssuerValidator(properties.issuer()));
        validators.add(new JwtAudienceValidator(properties.audience()));
        return new DelegatingOAuth2TokenValidator<>(validators);
    }
}
