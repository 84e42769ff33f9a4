package dev.rhizome.search;

import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.indexing.TenantProfiles;
import io.r2dbc.postgresql.codec.Vector;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Puts scored documents in the order of the answer. */
final class Placing {

    private static final String VECTORS = """
            select document_id, embedding from vectors where tenant_id = $1 and space = $2 and document_id = any ($3::text[])
            """;

    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    private record Located(String id, float[] vector) {}

    private final TenantTransactions transactions;
    private final TenantProfiles profiles;
    private final Clock clock;

    Placing(TenantTransactions transactions, TenantProfiles profiles, Clock clock) {
        this.transactions = transactions;
        this.profiles = profiles;
        this.clock = clock;
    }

    /** The best {@code limit} of {@code scored}, which comes best first, as {@code request} wants them ordered. */
    Mono<List<Reranking.Placed>> place(List<Scored> scored, SearchRequest request) {
        Reranking reranking = new Reranking(request.reranking());
        List<Scored> weighted = reranking.weighted(scored, clock.instant());
        if (!reranking.needsVectors()) {
            return Mono.just(Reranking.asTheyAre(weighted, request.limit()));
        }
        List<Scored> pool = weighted.stream().limit(request.pool()).toList();
        return vectors(pool).map(vectors -> reranking.diverse(pool, request.limit(), vectors));
    }

    private Mono<Map<String, float[]>> vectors(List<Scored> pool) {
        return profiles.current()
                .flatMapMany(profile -> transactions.read(Query.of(
                        VECTORS,
                        row -> new Located(
                                Rows.required(row, "document_id", String.class),
                                Rows.required(row, "embedding", Vector.class).getVector()),
                        profile.tenant().value(),
                        profile.space().number(),
                        pool.stream().map(Scored::id).toArray(String[]::new))))
                .collectMap(Located::id, Located::vector);
    }
}
