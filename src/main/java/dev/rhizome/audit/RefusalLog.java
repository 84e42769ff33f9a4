package dev.rhizome.audit;

import dev.rhizome.audit.AuditLog.Change;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.tenant.Actor;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
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

    private static final int MOST_ENTRIES = 1_000;
    private static final int LONGEST_REQUEST = 200;
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);

    private final TenantTransactions transactions;
    private final Map<Refusal, Times> refusals = new ConcurrentHashMap<>();

    private record Refusal(TenantId tenant, String actor, String role, String request, String reason) {}

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
        Refusal refusal = new Refusal(tenant, actor.name(), actor.role(), shown, reason);
        if (refusals.size() >= MOST_ENTRIES && !refusals.containsKey(refusal)) {
            refusal = new Refusal(tenant, actor.name(), actor.role(), "many", "too many different requests to name");
        }
        refusals.merge(refusal, new Times(1, actor.requestId()), (known, one) -> known.again());
    }

    /** Writes what was noted; never an error. */
    @Scheduled(fixedDelay = 1, timeUnit = TimeUnit.SECONDS)
    public Mono<Void> flush() {
        return Flux.defer(() -> Flux.fromIterable(List.copyOf(refusals.keySet())))
                .concatMap(
                        refusal -> Mono.justOrEmpty(refusals.remove(refusal)).flatMap(times -> written(refusal, times)))
                .then();
    }

    private Mono<Void> written(Refusal refusal, Times times) {
        Actor actor = new Actor(refusal.actor(), refusal.role(), times.requestId());
        // The reason is a message of ours; quotes in it are all that JSON would mind.
        String details = "{\"times\":" + times.count() + ",\"reason\":\""
                + refusal.reason().replace("\\", "\\\\").replace("\"", "\\\"") + "\"}";
        Change change = new Change("refused", "request", List.of(refusal.request()), details);
        return transactions
                .maintaining(connection -> AuditLog.record(connection, change))
                .timeout(LIMIT)
                .onErrorResume(failed -> lost(failed, times))
                .contextWrite(actor.context())
                .contextWrite(TenantTransactions.asService())
                .contextWrite(TenantContext.of(refusal.tenant()));
    }

    private static Mono<Void> lost(Throwable failed, Times times) {
        LOG.atWarn()
                .addKeyValue("event", "refusals-not-audited")
                .addKeyValue("times", times.count())
                .addKeyValue("reason", failed.getClass().getSimpleName())
                .log("refusals could not be written to the audit");
        return Mono.empty();
    }
}
