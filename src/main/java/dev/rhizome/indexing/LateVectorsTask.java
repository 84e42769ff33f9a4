package dev.rhizome.indexing;

import dev.rhizome.database.Columns;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.embedding.Embedding;
import dev.rhizome.embedding.EmbeddingModels;
import dev.rhizome.job.JobTurn;
import dev.rhizome.job.TenantJob;
import dev.rhizome.tenant.TenantId;
import io.r2dbc.postgresql.codec.Vector;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Makes the vectors of documents that were written without them, see {@link Indexer#writeEarly}. The space that will answer
 * next is not filled here: the re-embedding job does that.
 */
final class LateVectorsTask implements TenantJob {

    /** Name of the job. */
    static final String NAME = "late-vectors";

    private static final String PENDING = "select tenant from rhizome.tenants_with_late_vectors($1) as tenant";
    private static final String WAITING = """
            select i.document_id, i.name, i.text as body, i.indexed_at
              from (select l.document_id from late_vectors l
                     where l.tenant_id = $1 order by l.document_id limit $2) as waiting
             cross join lateral (select h.document_id, h.name, h.text, h.indexed_at from hybrid_search_index h
                                  where h.tenant_id = $1 and h.document_id = waiting.document_id offset 0) as i
            """;
    /**
     * Nothing is stored where this worker has lost the lease, or the tenant is searched in another space by now. A document that
     * was written since its text was read waits on.
     */
    private static final String STORE = """
            with leased as materialized (
              select t.tenant_id
                from tenants t
                join job_leases l on l.tenant_id = $1 and l.job = $2 and l.worker = $3
               where t.tenant_id = $1 and t.vector_space = $4
                 for key share of t
            ), unchanged as materialized (
              select made.id, made.embedding
                from leased, unnest($5::text[], $6::timestamptz[], $7::vector[]) as made (id, read_at, embedding)
               cross join lateral (select from hybrid_search_index i
                                    where i.tenant_id = $1 and i.document_id = made.id
                                      and i.indexed_at = made.read_at for share offset 0) as i
            ), filled as materialized (
              select fill_vectors(array_agg(id), $4, array_agg(embedding)) as vectors from unchanged having count(*) > 0
            ), done as (
              delete from late_vectors w
               where w.tenant_id = $1 and w.document_id = any (array(select id from unchanged))
              returning 1
            )
            select count(*) as stored, (select vectors from filled) as filled from done
            """;

    private final TenantTransactions transactions;
    private final EmbeddingModels models;
    private final TenantProfiles profiles;
    private final IndexingProperties properties;

    LateVectorsTask(
            TenantTransactions transactions,
            EmbeddingModels models,
            TenantProfiles profiles,
            IndexingProperties properties) {
        this.transactions = transactions;
        this.models = models;
        this.profiles = profiles;
        this.properties = properties;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration interval() {
        return properties.lateInterval();
    }

    @Override
    public Query<TenantId> pending() {
        return TenantJob.tenants(PENDING, (Object) models.ids().toArray(String[]::new));
    }

    @Override
    public Mono<Boolean> runBatch(JobTurn turn) {
        return transactions
                .read(Query.ofTenant(WAITING, WithoutVector::of, properties.lateBatch()))
                .collectList()
                .filter(waiting -> !waiting.isEmpty())
                .flatMap(waiting -> made(waiting, turn))
                .defaultIfEmpty(false);
    }

    private Mono<Boolean> made(List<WithoutVector> waiting, JobTurn turn) {
        return profiles.current()
                .flatMap(profile -> Mono.justOrEmpty(
                                models.find(profile.space().model().id()))
                        .flatMap(model -> model.embed(WithoutVector.texts(waiting)))
                        .flatMap(vectors -> store(turn, profile.space(), waiting, vectors))
                        .flatMap(stored -> stored > 0
                                ? Mono.just(true)
                                : profiles.forgetCurrent().thenReturn(false)));
    }

    private Mono<Long> store(JobTurn turn, VectorSpace space, List<WithoutVector> waiting, List<Embedding> vectors) {
        Query<Long> store = Query.ofTenant(
                STORE,
                row -> Rows.required(row, "stored", Long.class),
                NAME,
                turn.worker(),
                space.number(),
                Columns.texts(waiting, WithoutVector::id),
                Columns.of(waiting, WithoutVector::indexedAt, Instant[]::new),
                Columns.of(vectors, vector -> Vector.of(vector.values()), Vector[]::new));
        return transactions.writing(connection -> connection.rows(store).next());
    }
}
