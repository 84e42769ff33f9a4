package dev.rhizome.tenancy;

import dev.rhizome.database.Notifications;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.database.UntenantedQueries;
import dev.rhizome.embedding.EmbeddingModels;
import dev.rhizome.http.AuthenticationFilter;
import dev.rhizome.http.Caller;
import dev.rhizome.http.RefusalListener;
import dev.rhizome.http.RefusedTokens;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.StreamSecret;
import dev.rhizome.http.Streams;
import dev.rhizome.http.TokenAuthenticator;
import dev.rhizome.indexing.Reembedding;
import dev.rhizome.tenant.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;
import reactor.core.publisher.Mono;

/** Puts together what knows tenants, their keys, and who a token belongs to. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({JwtProperties.class, OperatorProperties.class, RetentionProperties.class})
class TenancyConfiguration {

    private static final Duration ISSUER_TIMEOUT = Duration.ofSeconds(5);

    @Bean
    TenantRepository tenantRepository(
            TenantTransactions transactions, UntenantedQueries untenanted, EmbeddingModels models) {
        return new TenantRepository(transactions, untenanted, models.ofNewTenants());
    }

    @Bean
    TenantRemoval tenantRemoval(TenantTransactions transactions) {
        return new TenantRemoval(transactions);
    }

    @Bean
    RecordRetention recordRetention(
            List<RetentionRule> rules, TenantTransactions transactions, RetentionProperties properties) {
        return new RecordRetention(rules, transactions, properties, Clock.systemUTC());
    }

    @Bean
    AccessChanges accessChanges(Notifications notifications) {
        return new AccessChanges(notifications);
    }

    @Bean
    KeyTags keyTags(UntenantedQueries untenanted) {
        return new KeyTags(untenanted);
    }

    @Bean
    ApiKeyRepository apiKeyRepository(TenantTransactions transactions, KeyTags tags) {
        return new ApiKeyRepository(transactions, tags);
    }

    @Bean
    ActiveTenants activeTenants(TenantTransactions transactions, AccessChanges changes) {
        return new ActiveTenants(transactions, changes);
    }

    @Bean
    ApiKeyAuthenticator apiKeyAuthenticator(ApiKeyRepository keys, KeyTags tags, AccessChanges changes) {
        return new ApiKeyAuthenticator(keys, tags, changes, Clock.systemUTC());
    }

    @Bean
    OperatorAuthenticator operatorAuthenticator(OperatorProperties operator) {
        return new OperatorAuthenticator(OperatorKey.all(operator));
    }

    @Bean
    StreamSecret streamSecret(OperatorProperties operator) {
        return StreamSecret.resolve(operator.streamSecret(), operator.home()).or(operator.streamSecretBefore());
    }

    @Bean
    @Conditional(IssuerIsSet.class)
    JwtAuthenticator jwtAuthenticator(JwtProperties jwt, ActiveTenants tenants) {
        return new JwtAuthenticator(jwt.checked(), new SigningKeys(jwt, ISSUER_TIMEOUT, Clock.systemUTC()), tenants);
    }

    /** An empty setting is as good as none. */
    static final class IssuerIsSet implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return !context.getEnvironment()
                    .getProperty("rhizome.jwt.issuer", "")
                    .isBlank();
        }
    }

    @Bean
    AuthenticationFilter authenticationFilter(
            List<TokenAuthenticator> authenticators,
            AccessChanges changes,
            RefusedTokens refusedTokens,
            RefusalListener refusals) {
        return new AuthenticationFilter(authenticators, refusedTokens, caller -> authority(changes, caller), refusals);
    }

    private static Mono<Void> authority(AccessChanges changes, Caller caller) {
        TenantId tenant = caller.tenant();
        return tenant == null ? Mono.never() : changes.lossOfRight(new AccessChanges.Subject(tenant, caller.name()));
    }

    @Bean
    TenantHandler tenantHandler(
            TenantRepository tenants,
            TenantRemoval removal,
            AccessChanges changes,
            RequestReader reader,
            Streams streams) {
        return new TenantHandler(tenants, removal, changes, reader, streams);
    }

    @Bean
    OperatorOrOwnAdmin operatorOrOwnAdmin(RequestReader reader) {
        return new OperatorOrOwnAdmin(reader);
    }

    @Bean
    ApiKeyHandler apiKeyHandler(
            TenantRepository tenants,
            ApiKeyRepository keys,
            AccessChanges changes,
            RequestReader reader,
            Streams streams) {
        return new ApiKeyHandler(tenants, keys, changes, reader, streams);
    }

    @Bean
    TenantEmbeddingHandler tenantEmbeddingHandler(
            TenantRepository tenants, Reembedding reembedding, RequestReader reader, Streams streams) {
        return new TenantEmbeddingHandler(tenants, reembedding, reader, streams);
    }
}
