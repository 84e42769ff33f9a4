package dev.rhizome.benchmark;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.problem.NotFound;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Benchmark datasets of the current tenant. */
public final class DatasetRepository {

    private static final String COLUMNS = """
            dataset_id, name, description, task_type, version, test_cases, baseline, checksum, validation_status,
            created_at, updated_at
            """;
    private static final String PUT = """
            insert into benchmark_datasets as d
                   (tenant_id, dataset_id, name, description, task_type, version, test_cases, baseline, checksum,
                    validation_status)
            values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, $10)
                on conflict on constraint benchmark_datasets_pkey do update
               set name = excluded.name, description = excluded.description, task_type = excluded.task_type,
                   version = excluded.version, test_cases = excluded.test_cases, baseline = excluded.baseline,
                   checksum = excluded.checksum, validation_status = excluded.validation_status, updated_at = now()
             where (d.name, d.description, d.task_type, d.version, d.test_cases, d.baseline, d.checksum,
                    d.validation_status)
                   is distinct from (excluded.name, excluded.description, excluded.task_type, excluded.version,
                                     excluded.test_cases, excluded.baseline, excluded.checksum, excluded.validation_status)
            returning (xmax = 0) as created
            """;
    private static final String GET =
            "select " + COLUMNS + " from benchmark_datasets where tenant_id = $1 and dataset_id = $2";
    private static final String LIST = "select " + COLUMNS + """
              from benchmark_datasets
             where tenant_id = $1 and dataset_id > $2 and ($3::text is null or task_type = $3)
             order by dataset_id
             limit $4
            """;
    private static final String DELETE = "delete from benchmark_datasets where tenant_id = $1 and dataset_id = $2";

    private final TenantTransactions transactions;

    DatasetRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** Stores {@code dataset}; gives whether that created or changed anything. */
    Mono<Outcome> put(Dataset dataset) {
        Query<Outcome> query = Query.ofTenant(
                PUT,
                row -> Rows.required(row, "created", Boolean.class) ? Outcome.CREATED : Outcome.UPDATED,
                dataset.id(),
                dataset.name(),
                dataset.description(),
                dataset.taskType(),
                dataset.version(),
                dataset.testCases(),
                dataset.baseline(),
                Query.nullable(dataset.checksum(), String.class),
                dataset.validationStatus());
        return transactions
                .writing(connection -> put(connection, query, dataset.id()))
                .defaultIfEmpty(Outcome.UNCHANGED);
    }

    private static Mono<Outcome> put(TenantConnection connection, Query<Outcome> query, String id) {
        return connection
                .rows(query)
                .next()
                .delayUntil(outcome -> AuditLog.record(connection, "dataset", Map.of(id, outcome)));
    }

    /** The dataset, or an error of {@link NotFound}. */
    Mono<Dataset> get(String id) {
        return transactions
                .read(Query.ofTenant(GET, Dataset::of, id))
                .next()
                .switchIfEmpty(Mono.error(() -> new NotFound("dataset", id)));
    }

    /** Datasets by id, behind {@code after}; null for any kind of task. */
    Flux<Dataset> list(@Nullable String taskType, String after, int limit) {
        return transactions.filtered(
                Query.ofTenant(LIST, Dataset::of, after, Query.nullable(taskType, String.class), limit));
    }

    /** Removes the dataset and its evaluations; an error of {@link NotFound} where there is none. */
    Mono<Void> delete(String id) {
        return transactions
                .writing(connection -> delete(connection, id))
                .switchIfEmpty(Mono.error(() -> new NotFound("dataset", id)))
                .then();
    }

    private static Mono<Long> delete(TenantConnection connection, String id) {
        return connection
                .changed(Query.changeOfTenant(DELETE, id))
                .filter(removed -> removed > 0)
                .delayUntil(removed -> AuditLog.record(connection, "deleted", "dataset", id));
    }
}
