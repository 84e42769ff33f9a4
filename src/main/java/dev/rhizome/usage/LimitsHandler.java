package dev.rhizome.usage;

import dev.rhizome.fairness.KnownLimits;
import dev.rhizome.fairness.TenantLimits;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.tenancy.TenantRepository;
import dev.rhizome.tenant.TenantId;
import java.util.UUID;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** The operator's requests about what tenants may have. */
final class LimitsHandler {

    private final LimitsRepository limits;
    private final KnownLimits known;
    private final TenantRepository tenants;
    private final RequestReader reader;
    private final Streams streams;

    LimitsHandler(
            LimitsRepository limits,
            KnownLimits known,
            TenantRepository tenants,
            RequestReader reader,
            Streams streams) {
        this.limits = limits;
        this.known = known;
        this.tenants = tenants;
        this.reader = reader;
        this.streams = streams;
    }

    private record LimitsPath(UUID id) {}

    /** As they were set. */
    Mono<ServerResponse> get(ServerRequest request) {
        TenantId tenant = tenant(request);
        return tenants.get(tenant).then(limits.find(tenant)).flatMap(streams::json);
    }

    /** Sets all; what the body leaves out is as for all tenants. */
    Mono<ServerResponse> put(ServerRequest request) {
        TenantId tenant = tenant(request);
        return reader.body(request, LimitsInput.class)
                .map(LimitsInput::limits)
                .delayUntil(wanted -> limits.put(tenant, wanted))
                .doOnNext(set -> known.changed(tenant, set))
                .flatMap(streams::json);
    }

    /** Sets none. */
    Mono<ServerResponse> remove(ServerRequest request) {
        TenantId tenant = tenant(request);
        return tenants.get(tenant)
                .then(limits.remove(tenant))
                .doOnSuccess(gone -> known.changed(tenant, TenantLimits.NONE))
                .then(ServerResponse.noContent().build());
    }

    private TenantId tenant(ServerRequest request) {
        return new TenantId(reader.parameters(request, LimitsPath.class).id());
    }
}
