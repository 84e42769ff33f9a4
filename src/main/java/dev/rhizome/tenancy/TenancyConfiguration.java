package dev.rhizome.tenancy;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.database.UntenantedQueries;
import dev.rhizome.embedding.EmbeddingModels;
import dev.rhizome.http.AuthenticationFilter;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.StreamSecret;
import dev.rhizome.http.Streams;
import dev.rhizome.http.TokenAuthenticator;
import dev.rhizome.indexing.Reembedding;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts together what knows tenants, their keys, and who a token belongs to. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({JwtProperties.class, OperatorProperties.class})
class TenancyConfiguration {

    private static final Duration ISSUER_TIMEOUT = Duration.ofSeconds(5);

    @Bean
    TenantRepository tenantRepository(
            TenantTransactions transactions, UntenantedQueries untenanted, EmbeddingModels models) {
        return new TenantRepository(transactions, untenanted, models.ofNewTenants());
    }

    @Bean
    ApiKeyRepository apiKeyRepository(TenantTransactions transactions) {
        return new ApiKeyRepository(transactions);
    }

    @Bean
    ActiveTenants activeTenants(TenantTransactions transactions) {
        return new ActiveTenants(transactions);
    }

    @Bean
    ApiKeyAuthenticator apiKeyAuthenticator(ApiKeyRepository keys) {
        return new ApiKeyAuthenticator(keys, Clock.systemUTC());
    }

    @Bean
    OperatorAuthenticator operatorAuthenticator(OperatorProperties operator) {
        return new OperatorAuthenticator(OperatorKey.resolve(operator.operatorKey(), operator.home()));
    }

    @Bean
    StreamSecret streamSecret(OperatorProperties operator) {
        return StreamSecret.resolve(operator.streamSecret(), operator.home());
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

    @Bean
    TenantHandler tenantHandler(
            TenantRepository tenants,
            ApiKeyAuthenticator provenKeys,
            ActiveTenants activeTenants,
            RequestReader reader,
            Streams streams) {
        return new TenantHandler(tenants, provenKeys, activeTenants, reader, streams);
    }

    @Bean
    ApiKeyHandler apiKeyHandler(
            TenantRepository tenants,
            ApiKeyRepository keys,
            ApiKeyAuthenticator provenKeys,
            RequestReader reader,
            Streams streams) {
        return new ApiKeyHandler(tenants, keys, provenKeys, reader, streams);
    }

    @Bean
    TenantEmbeddingHandler tenantEmbeddingHandler(
            TenantRepository tenants, Reembedding reembedding, RequestReader reader, Streams streams) {
        return new TenantEmbeddingHandler(tenants, reembedding, reader, streams);
    }
}
