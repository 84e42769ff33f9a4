package dev.rhizome.quota;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.BulkItem;
import dev.rhizome.fairness.Figure;
import dev.rhizome.fairness.KnownLimits;
import dev.rhizome.fairness.TenantLimits;
import dev.rhizome.fairness.UsageCounters;
import dev.rhizome.problem.QuotaExceeded;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Keeps tenants within what they may store. Rows are counted now and then, and what this process has written since is added to the
 * count; what other processes have written since is not known, and bytes are known as of the count only. A tenant without quotas is
 * not counted.
 */
public final class Quotas {

    private final KnownLimits limits;
    private final StoredSizes sizes;
    private final UsageCounters usage;

    /** Keeps tenants within {@code limits} by their {@code sizes}, and counts in {@code usage} what was not written. */
    public Quotas(KnownLimits limits, StoredSizes sizes, UsageCounters usage) {
        this.limits = limits;
        this.sizes = sizes;
        this.usage = usage;
    }

    /** {@code writer}, which writes nothing for a tenant that has as many bytes as it may. */
    public <T extends BulkItem> BatchWriter<T> withinBytes(BatchWriter<T> writer) {
        return new QuotaWriter<>(this, writer, null, batch -> Mono.just(Set.of()));
    }

    /** What {@code write} gives, for a tenant that has fewer bytes than it may; else an error of {@link QuotaExceeded}, and it is not begun. */
    public <T> Mono<T> withinBytes(Mono<T> write) {
        return TenantContext.current()
                .flatMap(tenant -> room(tenant, null, 1).flatMap(room -> {
                    if (room.has(1)) {
                        return write;
                    }
                    refused(tenant, 1);
                    return Mono.error(room.problem());
                }));
    }

    /**
     * {@code writer}, which writes nothing new for a tenant that has as many rows as it may.
     *
     * @param kind of the rows, one for each thing
     * @param stored the keys of those of some things that are stored already: they are not new
     */
    public <T extends BulkItem> BatchWriter<T> within(
            BatchWriter<T> writer, RowKind kind, Function<List<T>, Mono<Set<String>>> stored) {
        return new QuotaWriter<>(this, writer, kind, stored);
    }

    /**
     * How many more rows of {@code kind} may be written.
     *
     * @param kind null where only bytes count
     * @param wanted how many are to be written, at most
     * @return as many as are wanted, or fewer; an error of {@link QuotaExceeded} where the tenant has as many bytes as it may
     */
    Mono<Room> room(TenantId tenant, @Nullable RowKind kind, int wanted) {
        TenantLimits own = limits.of(tenant);
        Long rows = kind == null ? null : kind.of(own);
        if (rows == null && own.storageBytes() == null) {
            return Mono.just(Room.ENOUGH);
        }
        return sizes.ofCurrentTenant()
                .flatMap(size -> size.known()
                        .map(known -> room(size, known, kind, own))
                        .flatMap(room -> room.has(wanted)
                                ? Mono.just(room)
                                : size.fresh().map(known -> room(size, known, kind, own))));
    }

    private static Room room(TenantSize size, TenantSize.Known known, @Nullable RowKind kind, TenantLimits own) {
        Long bytes = own.storageBytes();
        if (bytes != null && known.size().bytes() >= bytes) {
            return new Room(
                    0,
                    "the tenant has stored " + known.size().bytes() + " bytes of " + bytes + " (storageBytes)",
                    true);
        }
        Long rows = kind == null ? null : kind.of(own);
        if (kind == null || rows == null) {
            return Room.ENOUGH;
        }
        return new Room(
                Math.max(0, rows - size.rows(known, kind)),
                "the tenant has as many " + kind.label() + " as it may, " + rows,
                false);
    }

    /** {@code created} rows of {@code kind} were written. */
    Mono<Void> wrote(RowKind kind, long created) {
        return sizes.ofCurrentTenant().doOnNext(size -> size.add(kind, created)).then();
    }

    /** {@code things} were not written. */
    void refused(TenantId tenant, long things) {
        usage.add(tenant, Figure.NOT_WRITTEN, things);
    }
}
