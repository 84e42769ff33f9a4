package dev.rhizome.tenancy;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.database.UntenantedQueries;
import dev.rhizome.http.AuthenticationFilter;
import dev.rhizome.http.Bodies;
import dev.rhizome.http.Caller;
import dev.rhizome.http.Role;
import dev.rhizome.http.Streams;
import dev.rhizome.http.TokenAuthenticator;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.SupplierReactiveJwtDecoder;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** Tenants and keys: their routes, and who a token belongs to. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({JwtProperties.class, OperatorProperties.class})
class TenancyRoutes {

    @Bean
    RouterFunction<ServerResponse> tenantRouter(TenantHandler handler) {
        return route().POST("/v1/tenants", handler::create)
                .GET("/v1/tenants", handler::list)
                .GET("/v1/tenants/{id}", handler::get)
                .PATCH("/v1/tenants/{id}", handler::change)
                .DELETE("/v1/tenants/{id}", handler::delete)
                .filter(Caller.needs(Role.OPERATOR))
                .build();
    }

    @Bean
    RouterFunction<ServerResponse> keyRouter(TenantHandler handler) {
        return route().POST("/v1/tenants/{id}/keys", handler::issueKey)
                .GET("/v1/tenants/{id}/keys", handler::listKeys)
                .DELETE("/v1/tenants/{id}/keys/{keyId}", handler::revokeKey)
                .filter(TenantHandler::operatorOrOwnAdmin)
                .build();
    }

    @Bean
    TenantHandler tenantHandler(
            TenantTransactions transactions,
            UntenantedQueries untenanted,
            ApiKeyAuthenticator authenticator,
            TenantHandler.Answers answers) {
        return new TenantHandler(
                new TenantRepository(transactions, untenanted),
                new ApiKeyRepository(transactions),
                authenticator,
                answers);
    }

    @Bean
    TenantHandler.Answers tenancyAnswers(Bodies bodies, Streams streams) {
        return new TenantHandler.Answers(bodies, streams);
    }

    @Bean
    ApiKeyAuthenticator apiKeyAuthenticator(TenantTransactions transactions) {
        return new ApiKeyAuthenticator(new ApiKeyRepository(transactions), Clock.systemUTC());
    }

    @Bean
    AuthenticationFilter authenticationFilter(
            ApiKeyAuthenticator apiKeys, OperatorProperties operator, JwtProperties jwt) {
        List<TokenAuthenticator> authenticators = new ArrayList<>();
        authenticators.add(apiKeys);
        authenticators.add(new OperatorAuthenticator(OperatorKey.resolve(operator.operatorKey(), operator.home())));
        if (!jwt.issuer().isBlank()) {
            authenticators.add(new JwtAuthenticator(decoder(jwt), jwt));
        }
        return new AuthenticationFilter(authenticators);
    }

    /** Asks for the issuer's keys at the first token, so that the service starts without the issuer. */
    private static ReactiveJwtDecoder decoder(JwtProperties jwt) {
        return new SupplierReactiveJwtDecoder(() -> {
            NimbusReactiveJwtDecoder decoder = jwt.jwkSetUri().isBlank()
                    ? NimbusReactiveJwtDecoder.withIssuerLocation(jwt.issuer()).build()
                    : NimbusReactiveJwtDecoder.withJwkSetUri(jwt.jwkSetUri()).build();
            decoder.setJwtValidator(validator(jwt));
            return decoder;
        });
    }

    private static OAuth2TokenValidator<Jwt> validator(JwtProperties jwt) {
        OAuth2TokenValidator<Jwt> issuer = JwtValidators.createDefaultWithIssuer(jwt.issuer());
        return jwt.audience().isBlank()
                ? issuer
                : new DelegatingOAuth2TokenValidator<>(
                        issuer,
                        new JwtClaimValidator<List<String>>(
                                "aud", audiences -> audiences != null && audiences.contains(jwt.audience())));
    }
}
