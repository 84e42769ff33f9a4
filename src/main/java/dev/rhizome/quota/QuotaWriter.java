package dev.rhizome.quota;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.BulkItem;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Writes what there is room for. Of a batch for which there is too little, it writes what is stored already, and the first of what is new. */
final class QuotaWriter<T extends BulkItem> implements BatchWriter<T> {

    private final Quotas quotas;
    private final BatchWriter<T> writer;
    private final @Nullable RowKind kind;
    private final Function<List<T>, Mono<Set<String>>> stored;

    QuotaWriter(
            Quotas quotas, BatchWriter<T> writer, @Nullable RowKind kind, Function<List<T>, Mono<Set<String>>> stored) {
        this.quotas = quotas;
        this.writer = writer;
        this.kind = kind;
        this.stored = stored;
    }

    @Override
    public boolean isOrdered() {
        return writer.isOrdered();
    }

    @Override
    public Mono<List<Result>> write(List<T> batch) {
        return TenantContext.current()
                .flatMap(tenant -> quotas.room(tenant, kind, batch.size()).flatMap(room -> write(batch, room, tenant)));
    }

    private Mono<List<Result>> write(List<T> batch, Room room, TenantId tenant) {
        if (room.has(batch.size())) {
            return written(batch);
        }
        return room.isForAll()
                ? part(batch, Set.of(), room, tenant)
                : stored.apply(batch)
                        .map(known -> admitted(batch, known, room.rows()))
                        .flatMap(admitted -> part(batch, admitted, room, tenant));
    }

    private static <T extends BulkItem> Set<String> admitted(List<T> batch, Set<String> known, long rows) {
        Set<String> admitted = new HashSet<>();
        long left = rows;
        for (T item : batch) {
            if (known.contains(item.key()) || left-- > 0) {
                admitted.add(item.key());
            }
        }
        return admitted;
    }

    private Mono<List<Result>> part(List<T> batch, Set<String> admitted, Room room, TenantId tenant) {
        List<T> part =
                batch.stream().filter(item -> admitted.contains(item.key())).toList();
        quotas.refused(tenant, batch.size() - part.size());
        Mono<List<Result>> results = part.isEmpty() ? Mono.just(List.of()) : written(part);
        return results.map(some -> all(batch, admitted, some.iterator(), room));
    }

    private static <T extends BulkItem> List<Result> all(
            List<T> batch, Set<String> admitted, Iterator<Result> written, Room room) {
        Result refused = Result.of(room.problem());
        List<Result> all = new ArrayList<>(batch.size());
        for (T item : batch) {
            all.add(admitted.contains(item.key()) ? written.next() : refused);
        }
        return all;
    }

    private Mono<List<Result>> written(List<T> batch) {
        RowKind counted = kind;
        return counted == null
                ? writer.write(batch)
                : writer.write(batch).delayUntil(results -> quotas.wrote(counted, created(results)));
    }

    private static long created(List<Result> results) {
        return Collections.frequency(results.stream().map(Result::outcome).toList(), Outcome.CREATED);
    }
}
