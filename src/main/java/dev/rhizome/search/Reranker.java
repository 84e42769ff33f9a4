package dev.rhizome.search;

import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.indexing.TenantProfile;
import dev.rhizome.indexing.TenantProfiles;
import io.r2dbc.postgresql.codec.Vector;
import io.r2dbc.spi.Readable;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Puts scored documents in the order of the answer. */
final class Reranker {

    private static final int MOST_PASSAGES = 10;
    private static final String VECTORS = "select document_id, embedding from vectors_of($1, $2)";

    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    private record DocumentVector(String id, float[] vector) {

        static DocumentVector of(Readable row) {
            return new DocumentVector(
                    Rows.required(row, "document_id", String.class),
                    Rows.required(row, "embedding", Vector.class).getVector());
        }
    }

    private final TenantTransactions transactions;
    private final TenantProfiles profiles;
    private final Clock clock;

    Reranker(TenantTransactions transactions, TenantProfiles profiles, Clock clock) {
        this.transactions = transactions;
        this.profiles = profiles;
        this.clock = clock;
    }

    /** The hits, chosen from {@code scored}, which comes best first, in the order that {@code request} wants. */
    Mono<List<SearchResult.Hit>> hits(List<ScoredDocument> scored, SearchRequest request) {
        Reranking reranking = new Reranking(request.reranking());
        List<ScoredDocument> weighted = reranking.weighted(scored, clock.instant());
        if (!request.isByDocument()) {
            return ordered(weighted, reranking, request);
        }
        Passages passages = Passages.of(weighted);
        return ordered(passages.best(), reranking, request).map(hits -> passages.of(hits, MOST_PASSAGES));
    }

    private Mono<List<SearchResult.Hit>> ordered(
            List<ScoredDocument> weighted, Reranking reranking, SearchRequest request) {
        if (!reranking.needsVectors()) {
            return Mono.just(Reranking.asTheyAre(weighted, request.limit()));
        }
        List<ScoredDocument> pool = weighted.stream().limit(request.pool()).toList();
        return vectors(pool).map(vectors -> reranking.diverse(pool, request.limit(), vectors));
    }

    /** Those of the tenant's own documents; what others share is not compared. */
    private Mono<Map<String, float[]>> vectors(List<ScoredDocument> pool) {
        String[] ids = pool.stream()
                .filter(hit -> hit.document().isOwn())
                .map(ScoredDocument::id)
                .toArray(String[]::new);
        return profiles.current()
                .flatMapMany(profile -> vectors(profile, ids))
                .collectMap(DocumentVector::id, DocumentVector::vector);
    }

    private Flux<DocumentVector> vectors(TenantProfile profile, String[] ids) {
        return transactions.read(
                Query.of(VECTORS, DocumentVector::of, ids, profile.space().number()));
    }
}
