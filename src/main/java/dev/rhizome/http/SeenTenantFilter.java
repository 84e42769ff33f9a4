package dev.rhizome.http;

import dev.rhizome.database.TenantMismatches;
import dev.rhizome.tenant.SeenTenant;
import dev.rhizome.tenant.TenantId;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Has each answer say, in {@code X-Tenant-ID}, which tenant the database saw; an answer without it came about without the
 * tenant's data. Where it was not the caller's, the answer is 500, and none of it has left.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 5)
public final class SeenTenantFilter implements WebFilter {

    private static final String HEADER = "X-Tenant-ID";

    private final TenantMismatches mismatches;

    /** Raises the alarm by {@code mismatches}. */
    public SeenTenantFilter(TenantMismatches mismatches) {
        this.mismatches = mismatches;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        SeenTenant seen = new SeenTenant();
        exchange.getResponse().beforeCommit(() -> tell(exchange, seen));
        return chain.filter(exchange).contextWrite(seen.context());
    }

    private Mono<Void> tell(ServerWebExchange exchange, SeenTenant seen) {
        Caller caller = exchange.getAttribute(Caller.ATTRIBUTE);
        TenantId expected = caller == null ? null : caller.tenant();
        if (expected != null && seen.contradicts(expected)) {
            return Mono.error(mismatches.report(expected, seen.only()));
        }
        TenantId only = seen.only();
        if (only != null) {
            exchange.getResponse().getHeaders().set(HEADER, only.toString());
        }
        return Mono.empty();
    }
}
