package dev.rhizome.http;

import dev.rhizome.binding.RecordBinder;
import dev.rhizome.database.DatabaseSettings;
import dev.rhizome.database.Replicas;
import dev.rhizome.database.SharesProperties;
import dev.rhizome.database.TenantMismatches;
import dev.rhizome.fairness.FairTurns;
import dev.rhizome.fairness.KnownLimits;
import dev.rhizome.fairness.RequestLimits;
import dev.rhizome.fairness.UsageCounters;
import dev.rhizome.quota.Quotas;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import java.time.Duration;
import java.util.List;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.webflux.autoconfigure.WebHttpHandlerBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.support.RouterFunctionMapping;
import org.springframework.web.server.WebFilter;
import reactor.netty.NettyPipeline;
import reactor.netty.resources.LoopResources;
import tools.jackson.databind.json.JsonMapper;

/** What every route shares. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
    HttpProperties.class,
    ConnectionProperties.class,
    InFlightProperties.class,
    RefusedTokensProperties.class,
    ShutdownProperties.class
})
class HttpConfiguration {

    private static final int AFTER_THE_ROUTES = 10;

    @Bean
    Closing closing() {
        return new Closing();
    }

    @Bean
    ClosingFilter closingFilter(Closing closing) {
        return new ClosingFilter(closing);
    }

    @Bean
    Shutdown shutdown(Closing closing, ShutdownProperties times) {
        return new Shutdown(closing, times);
    }

    @Bean
    RequestIdFilter requestIdFilter() {
        return new RequestIdFilter();
    }

    @Bean
    HeadFilter headFilter() {
        return new HeadFilter();
    }

    @Bean
    @ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
    ManagementPortFilter managementPortFilter(Environment environment) {
        return new ManagementPortFilter(environment);
    }

    @Bean
    SecurityHeadersFilter securityHeadersFilter() {
        return new SecurityHeadersFilter();
    }

    @Bean
    RefusedTokens refusedTokens(RefusedTokensProperties limits) {
        return new RefusedTokens(limits);
    }

    @Bean
    MeterBinder refusedTokensMeter(RefusedTokens tokens) {
        return registry -> FunctionCounter.builder("rhizome.http.refused.tokens", tokens, RefusedTokens::count)
                .description("tokens that were unknown, expired or revoked")
                .register(registry);
    }

    @Bean
    BytesInFlight bytesInFlight(InFlightProperties bounds, KnownLimits limits) {
        return new BytesInFlight(bounds, limits::weight);
    }

    @Bean
    FairTurns requestTurns(DatabaseSettings database, SharesProperties shares, KnownLimits limits) {
        return new FairTurns(shares.ofRequests(database.limits()), limits::weight, (tenant, nanos) -> {});
    }

    /** Behind all other filters, of which authentication is the last. */
    @Bean
    WebHttpHandlerBuilderCustomizer requestShares(
            RequestLimits limits, @Qualifier("requestTurns") FairTurns turns, UsageCounters usage) {
        WebFilter filter = new RequestSharesFilter(limits, turns, usage);
        return handler -> handler.filters(filters -> filters.add(filter));
    }

    @Bean
    MeterBinder bytesInFlightMeter(BytesInFlight bytes) {
        return registry -> Gauge.builder("rhizome.http.in.flight", bytes, BytesInFlight::total)
                .baseUnit("bytes")
                .description("bytes in memory for requests")
                .register(registry);
    }

    @Bean
    BytesInFlightFilter bytesInFlightFilter(BytesInFlight bytes) {
        return new BytesInFlightFilter(bytes);
    }

    @Bean
    SeenTenantFilter seenTenantFilter(TenantMismatches mismatches) {
        return new SeenTenantFilter(mismatches);
    }

    @Bean
    WrittenFilter writtenFilter(Replicas replicas, StreamSecret secret) {
        return new WrittenFilter(replicas, secret);
    }

    @Bean
    PathFilter pathFilter() {
        return new PathFilter();
    }

    @Bean
    DeadlineFilter deadlineFilter() {
        return new DeadlineFilter();
    }

    @Bean
    MediaTypesFilter mediaTypesFilter() {
        return new MediaTypesFilter();
    }

    /**
     * Connections are taken by a thread of its own. On a loop that answers as well, sixteen are taken for each round of answers, and
     * of a thousand clients that come at once to a busy service some would wait for ten seconds.
     */
    @Bean
    ReactorResourceFactory reactorResources() {
        ReactorResourceFactory resources = new ReactorResourceFactory();
        resources.setUseGlobalResources(false);
        resources.setLoopResourcesSupplier(
                () -> LoopResources.create("http", 1, LoopResources.DEFAULT_IO_WORKER_COUNT, true));
        // The server has answered what it was asked before its threads are ended.
        resources.setShutdownQuietPeriod(Duration.ZERO);
        return resources;
    }

    /** Stands around the codec of each connection. */
    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> connectionLimits(
            ConnectionProperties limits, JsonMapper json) {
        int sendBuffer = (int) limits.sendBuffer().toBytes();
        return factory -> factory.addServerCustomizers(server -> server.childOption(ChannelOption.SO_SNDBUF, sendBuffer)
                .doOnChannelInit((observer, channel, address) -> limit(channel.pipeline(), limits, json)));
    }

    private static void limit(ChannelPipeline pipeline, ConnectionProperties limits, JsonMapper json) {
        ConnectionClock clock = new ConnectionClock(limits);
        pipeline.addBefore(NettyPipeline.HttpCodec, "clock", clock);
        pipeline.addAfter(NettyPipeline.HttpCodec, "messages", clock.new Messages());
        pipeline.addAfter(NettyPipeline.HttpCodec, "refusals", new RefusalBodies(json));
    }

    @Bean
    ProblemHandler problemHandler(JsonMapper json) {
        return new ProblemHandler(json);
    }

    @Bean
    Bodies bodies(HttpProperties properties) {
        return new Bodies(properties);
    }

    /** Settings that bound requests are in {@code application.yaml}, each with its default. */
    @Bean
    RecordBinder recordBinder(Environment environment) {
        return new RecordBinder(environment::getRequiredProperty);
    }

    @Bean
    RequestReader requestReader(RecordBinder binder, Bodies bodies) {
        return new RequestReader(binder, bodies);
    }

    @Bean
    Streams streams(JsonMapper json, StreamSecret secret, HttpProperties properties, Closing closing) {
        return new Streams(json, new ResumeTokens(secret), properties, closing);
    }

    @Bean
    Writes writes(RequestReader reader, BulkIngest ingest, Quotas quotas) {
        return new Writes(reader, ingest, quotas);
    }

    @Bean
    Listing listing(Streams streams, HttpProperties properties) {
        return new Listing(streams, properties);
    }

    @Bean
    LineAnswers lineAnswers(JsonMapper json, HttpProperties properties, Closing closing) {
        return new LineAnswers(json, properties, closing);
    }

    @Bean
    BulkIngest bulkIngest(JsonMapper json, HttpProperties properties, Closing closing) {
        return new BulkIngest(json, properties, closing);
    }

    /** Asked after the mapping that has the routes. */
    @Bean
    RouterFunctionMapping unmatchedMapping(List<RouterFunction<?>> routes, ServerCodecConfigurer codecs) {
        RouterFunctionMapping mapping = new RouterFunctionMapping(new UnmatchedRoutes(routes).asRoute());
        mapping.setMessageReaders(codecs.getReaders());
        mapping.setOrder(AFTER_THE_ROUTES);
        return mapping;
    }
}
