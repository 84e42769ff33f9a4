package dev.rhizome.tenancy;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.database.UntenantedQueries;
import dev.rhizome.embedding.EmbeddingModels;
import dev.rhizome.http.AuthenticationFilter;
import dev.rhizome.http.Bodies;
import dev.rhizome.http.Caller;
import dev.rhizome.http.StreamSecret;
import dev.rhizome.http.Streams;
import dev.rhizome.http.TokenAuthenticator;
import dev.rhizome.indexing.Reembedding;
import dev.rhizome.tenant.Role;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** Tenants and keys: their routes, and who a token belongs to. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({JwtProperties.class, OperatorProperties.class})
class TenancyRoutes {

    private static final Duration ISSUER_TIMEOUT = Duration.ofSeconds(5);

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
    RouterFunction<ServerResponse> tenantEmbeddingRouter(TenantEmbeddingHandler handler) {
        return route().GET("/v1/tenants/{id}/embedding", handler::get)
                .POST("/v1/tenants/{id}/embedding", handler::move)
                .DELETE("/v1/tenants/{id}/embedding", handler::cancel)
                .filter(TenantHandler::operatorOrOwnAdmin)
                .build();
    }

    @Bean
    TenantEmbeddingHandler tenantEmbeddingHandler(
            TenantRepository tenants, Reembedding reembedding, TenantHandler.Answers answers) {
        return new TenantEmbeddingHandler(tenants, reembedding, answers);
    }

    @Bean
    TenantRepository tenantRepository(
            TenantTransactions transactions, UntenantedQueries untenanted, EmbeddingModels models) {
        return new TenantRepository(transactions, untenanted, models.ofNewTenants());
    }

    @Bean
    TenantHandler tenantHandler(
            TenantRepository tenants,
            TenantTransactions transactions,
            TenantHandler.Tokens tokens,
            TenantHandler.Answers answers) {
        return new TenantHandler(tenants, new ApiKeyRepository(transactions), tokens, answers);
    }

    @Bean
    TenantHandler.Tokens tokens(ApiKeyAuthenticator keys, ActiveTenants tenants) {
        return new TenantHandler.Tokens(keys, tenants);
    }

    @Bean
    ActiveTenants activeTenants(TenantTransactions transactions) {
        return new ActiveTenants(transactions);
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
    OperatorAuthenticator operatorAuthenticator(OperatorProperties operator) {
        return new OperatorAuthenticator(OperatorKey.resolve(operator.operatorKey(), operator.home()));
    }

    /** Every process of an installation has the operator's key, so all of them agree on this one. */
    @Bean
    StreamSecret streamSecret(OperatorAuthenticator operator) {
        return new StreamSecret(operator.derivedKey("rhizome event ids 1"));
    }

    @Bean
    AuthenticationFilter authenticationFilter(
            ApiKeyAuthenticator apiKeys, ActiveTenants tenants, OperatorAuthenticator operator, JwtProperties jwt) {
        List<TokenAuthenticator> authenticators = new ArrayList<>();
        authenticators.add(apiKeys);
        authenticators.add(operator);
        if (!jwt.issuer().isBlank()) {
            authenticators.add(
                    new JwtAuthenticator(jwt, new SigningKeys(jwt, ISSUER_TIMEOUT, Clock.systemUTC()), tenants));
        }
        return new AuthenticationFilter(authenticators);
    }
}
