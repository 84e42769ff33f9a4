package dev.rhizome.event;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.database.UntenantedQueries;
import dev.rhizome.http.Bodies;
import dev.rhizome.http.BulkIngest;
import dev.rhizome.http.Caller;
import dev.rhizome.http.Listing;
import dev.rhizome.http.Streams;
import dev.rhizome.tenancy.OperatorProperties;
import dev.rhizome.tenant.Role;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** Routes of events and of their chain. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(EventProperties.class)
class EventRoutes {

    /** One router, since an event's id must not be taken for a name that stands beside it. */
    @Bean
    RouterFunction<ServerResponse> eventRouter(
            EventHandler handler, EventUpkeepHandler upkeep, AnomalyHandler anomalies) {
        return route().add(writes(handler))
                .add(verification(handler))
                .add(rollups(upkeep))
                .add(anomalies(anomalies))
                .add(reads(handler))
                .build();
    }

    @Bean
    RouterFunction<ServerResponse> anomalyWriteRouter(AnomalyHandler handler) {
        return route().POST("/v1/events/anomalies", handler::add)
                .PATCH("/v1/events/anomalies/{id}", handler::change)
                .PUT("/v1/events/profiles", handler::putProfile)
                .filter(Caller.needs(Role.WRITER))
                .build();
    }

    @Bean
    RouterFunction<ServerResponse> retentionRouter(EventUpkeepHandler handler) {
        return route().POST("/v1/events/retention", handler::retain)
                .filter(Caller.needs(Role.ADMIN))
                .build();
    }

    private static RouterFunction<ServerResponse> writes(EventHandler handler) {
        return route().POST("/v1/events", handler::append)
                .filter(Caller.needs(Role.WRITER))
                .build();
    }

    private static RouterFunction<ServerResponse> verification(EventHandler handler) {
        return route().GET("/v1/events/verify", handler::verify)
                .filter(Caller.needs(Role.READER, Role.AUDITOR))
                .build();
    }

    private static RouterFunction<ServerResponse> rollups(EventUpkeepHandler handler) {
        return route().GET("/v1/events/rollups", handler::rollups)
                .filter(Caller.needs(Role.READER))
                .build();
    }

    private static RouterFunction<ServerResponse> anomalies(AnomalyHandler handler) {
        return route().GET("/v1/events/anomalies", handler::list)
                .GET("/v1/events/anomalies/{id}", handler::get)
                .GET("/v1/events/profiles", handler::listProfiles)
                .filter(Caller.needs(Role.READER))
                .build();
    }

    private static RouterFunction<ServerResponse> reads(EventHandler handler) {
        return route().GET("/v1/events", handler::list)
                .GET("/v1/events/stats", handler::stats)
                .GET("/v1/events/health", handler::health)
                .GET("/v1/events/{id}", handler::get)
                .filter(Caller.needs(Role.READER))
                .build();
    }

    @Bean
    IntegrityKey integrityKey(EventProperties properties, OperatorProperties installation) {
        return IntegrityKey.resolve(properties.integrityKey(), installation.home());
    }

    @Bean
    EventPartitions eventPartitions(TenantTransactions transactions) {
        return new EventPartitions(transactions);
    }

    @Bean
    EventWriter eventWriter(TenantTransactions transactions, EventPartitions partitions, IntegrityKey key) {
        return new EventWriter(transactions, partitions, key, Clock.systemUTC());
    }

    @Bean
    EventVerifier eventVerifier(TenantTransactions transactions, IntegrityKey key) {
        return new EventVerifier(transactions, key);
    }

    @Bean
    EventHandler.Shared eventShared(Bodies bodies, BulkIngest ingest, Streams streams, Listing listing) {
        return new EventHandler.Shared(bodies, ingest, streams, listing);
    }

    @Bean
    EventHandler eventHandler(
            EventWriter writer, TenantTransactions transactions, EventVerifier verifier, EventHandler.Shared shared) {
        return new EventHandler(writer, new EventRepository(transactions), verifier, shared);
    }

    @Bean
    EventArchive eventArchive(OperatorProperties installation) {
        return new EventArchive(installation.home());
    }

    @Bean
    RollupRepository rollupRepository(TenantTransactions transactions, EventProperties properties) {
        return new RollupRepository(transactions, new AnomalyDetector(properties.anomalies()), properties);
    }

    @Bean
    EventRetention eventRetention(
            TenantTransactions transactions, IntegrityKey key, EventArchive archive, EventProperties properties) {
        return new EventRetention(
                transactions, key, archive, new EventRetention.Limits(Clock.systemUTC(), properties.retentionBatch()));
    }

    @Bean
    EventUpkeep eventUpkeep(
            UntenantedQueries untenanted,
            RollupRepository rollups,
            EventRetention retention,
            EventProperties properties) {
        return new EventUpkeep(untenanted, rollups, retention, properties);
    }

    @Bean
    EventUpkeepHandler eventUpkeepHandler(
            RollupRepository rollups, EventRetention retention, EventHandler.Shared shared) {
        return new EventUpkeepHandler(rollups, retention, shared);
    }

    @Bean
    AnomalyHandler anomalyHandler(TenantTransactions transactions, EventHandler.Shared shared) {
        return new AnomalyHandler(
                new AnomalyRepository(transactions), new ProfileRepository(transactions), shared, Clock.systemUTC());
    }
}
