package dev.rhizome.audit;

import dev.rhizome.audit.AuditLog.Change;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.tenant.Actor;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Puts what callers tried and may not do into their tenant's audit log, once a second: the same thing by the same caller is one
 * entry that says how often. Refusals of the last second are lost with the process, and those beyond a bound are only counted.
 */
public final class RefusalLog {

    /** Of one tenant. */
    private static final int MOST_ENTRIES = 50;

    private static final int LONGEST_REQUEST = 200;
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);

    private final TenantTransactions transactions;
    /** What a tenant's map holds is changed under the lock of its key. */
    private final Map<TenantId, Map<Refusal, Times>> refusals = new ConcurrentHashMap<>();

    private record Refusal(String actor, String role, String request, String reason) {}

    /**
     * How often.
     *
     * @param requestId of the first
     */
    private record Times(long count, @Nullable String requestId) {

        private Times again() {
            return new Times(count + 1, requestId);
        }
    }

    /** Writes through {@code transactions}. */
    public RefusalLog(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** Takes note of a refusal. */
    void refused(TenantId tenant, Actor actor, String request, String reason) {
        String shown = request.substring(0, Math.min(request.length(), LONGEST_REQUEST));
        refusals.compute(tenant, (of, known) -> {
            Map<Refusal, Times> noted = known == null ? new HashMap<>() : known;
            Refusal refusal = new Refusal(actor.name(), actor.role(), shown, reason);
            if (noted.size() >= MOST_ENTRIES && !noted.containsKey(refusal)) {
                refusal = new Refusal(actor.name(), actor.role(), "others", "more than can be named");
            }
            noted.merge(refusal, new Times(1, actor.requestId()), (before, one) -> before.again());
            return noted;
        });
    }

    /** Writes what was noted, a transaction a tenant; never an error. */
    @Scheduled(fixedDelay = 1, timeUnit = TimeUnit.SECONDS)
    public Mono<Void> flush() {
        return Flux.defer(() -> Flux.fromIterable(List.copyOf(refusals.keySet())))
                .concatMap(tenant -> Mono.justOrEmpty(refusals.remove(tenant)).flatMap(noted -> written(tenant, noted)))
                .then();
    }

    private Mono<Void> written(TenantId tenant, Map<Refusal, Times> noted) {
        return transactions
                .maintaining(connection -> Flux.fromIterable(noted.entrySet())
                        .concatMap(one -> written(connection, one.getKey(), one.getValue()))
                        .then())
                .timeout(LIMIT)
                .onErrorResume(failed -> lost(failed, noted.size()))
                .contextWrite(TenantTransactions.asService())
                .contextWrite(TenantContext.of(tenant));
    }

    private static Mono<Void> written(TenantConnection connection, Refusal refusal, Times times) {
        // The reason is a message of ours; quotes and backslashes are all that JSON would mind.
        String details = "{\"times\":" + times.count() + ",\"reason\":\""
                + refusal.reason().replace("\\", "\\\\").replace("\"", "\\\"") + "\"}";
        Actor actor = new Actor(refusal.actor(), refusal.role(), times.requestId());
        return AuditLog.record(connection, new Change("refused", "request", List.of(refusal.request()), details))
                .contextWrite(actor.context());
    }

    private static Mono<Void> lost(Throwable failed, int entries) {
        LOG.atWarn()
                .addKeyValue("event", "refusals-not-audited")
                .addKeyValue("entries", entries)
                .addKeyValue("reason", failed.getClass().getSimpleName())
                .log("refusals could not be written to the audit");
        return Mono.empty();
    }
}
