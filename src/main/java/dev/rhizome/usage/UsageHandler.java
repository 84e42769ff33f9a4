package dev.rhizome.usage;

import dev.rhizome.http.Caller;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.tenancy.TenantRepository;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Times;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about what tenants have used. */
final class UsageHandler {

    private final UsageReports reports;
    private final TenantRepository tenants;
    private final RequestReader reader;
    private final Streams streams;

    UsageHandler(UsageReports reports, TenantRepository tenants, RequestReader reader, Streams streams) {
        this.reports = reports;
        this.tenants = tenants;
        this.reader = reader;
        this.streams = streams;
    }

    private record OwnParameters(
            @Default(Times.EARLIEST) Instant since,
            @Default(Times.LATEST) Instant until) {}

    private record TenantParameters(
            UUID id,
            @Default(Times.EARLIEST) Instant since,
            @Default(Times.LATEST) Instant until) {}

    /** The caller's own tenant's. */
    Mono<ServerResponse> own(ServerRequest request) {
        OwnParameters wanted = reader.parameters(request, OwnParameters.class);
        TenantId tenant = Objects.requireNonNull(Caller.of(request).tenant());
        return reports.of(tenant, wanted.since(), wanted.until()).flatMap(streams::json);
    }

    /** Any tenant's, for the operator. */
    Mono<ServerResponse> ofTenant(ServerRequest request) {
        TenantParameters wanted = reader.parameters(request, TenantParameters.class);
        TenantId tenant = new TenantId(wanted.id());
        return tenants.get(tenant)
                .then(Mono.defer(() -> reports.of(tenant, wanted.since(), wanted.until())))
                .flatMap(streams::json);
    }
}
