package dev.rhizome.fairness;

import dev.rhizome.tenant.TenantId;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts what tenants use, in memory, until somebody takes the figures. Counting and taking exclude each other tenant by tenant, so
 * that nothing is lost between them. It has as many entries as tenants were seen since the figures were taken.
 */
public final class UsageCounters {

    private final ConcurrentHashMap<TenantId, Map<Figure, Long>> counters = new ConcurrentHashMap<>();

    /** Counts {@code more} of {@code figure}. */
    public void add(TenantId tenant, Figure figure, long more) {
        Map<Figure, Long> unused = counters.compute(tenant, (same, known) -> {
            Map<Figure, Long> figures = known == null ? new EnumMap<>(Figure.class) : known;
            figures.merge(figure, more, Long::sum);
            return figures;
        });
    }

    /** Tenants of which something is counted. */
    public List<TenantId> tenants() {
        return List.copyOf(counters.keySet());
    }

    /** Takes what is counted of {@code tenant}, and begins at nothing again. */
    public Map<Figure, Long> take(TenantId tenant) {
        Map<Figure, Long> figures = counters.remove(tenant);
        return figures == null ? Map.of() : figures;
    }

    /** Counts again what was taken and could not be kept. */
    public void putBack(TenantId tenant, Map<Figure, Long> taken) {
        taken.forEach((figure, many) -> add(tenant, figure, many));
    }
}
