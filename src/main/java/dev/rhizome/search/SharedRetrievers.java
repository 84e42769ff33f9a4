package dev.rhizome.search;

import dev.rhizome.integrity.CanonicalEncoding;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.sharing.Visits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Looks among the tenant's own documents and those that others share with it. Each tenant's documents are measured by what that
 * tenant has, as far as the asking one may see it: how rare a word is, and how long its texts are. What one way to look finds
 * anywhere is one list then.
 *
 * <p>A search of others' documents is in both sides' logs before anything is told of them.
 */
final class SharedRetrievers {

    private final DirectRetrievers direct;
    private final Visits visits;

    SharedRetrievers(DirectRetrievers direct, Visits visits) {
        this.direct = direct;
        this.visits = visits;
    }

    /** As {@link DirectRetrievers#together}; an error of {@link InvalidRequest} where one of the tenants shares nothing. */
    Flux<RetrieverResult> together(SearchRequest request) {
        return request.tenants().equals(SearchRequest.Tenants.OWN) ? direct.together(request) : everywhere(request);
    }

    /** As {@link DirectRetrievers#apart}; where others are searched, both come when all have been. */
    Flux<RetrieverResult> apart(SearchRequest request) {
        return request.tenants().equals(SearchRequest.Tenants.OWN) ? direct.apart(request) : everywhere(request);
    }

    private Flux<RetrieverResult> everywhere(SearchRequest request) {
        return Flux.defer(() -> {
            Mono<Void> embedded = direct.embedded(request).cache();
            Flux<RetrieverResult> own =
                    request.tenants().own() ? embedded.thenMany(direct.together(request)) : Flux.empty();
            Mono<List<RetrieverResult>> others = visits.read(
                    request.tenants().others(),
                    Visits.SEARCHED,
                    subject(request),
                    visit -> embedded.thenMany(direct.together(request)).map(result -> result.sharedBy(visit.slug())));
            return Mono.zip(own.collectList(), others).flatMapIterable(found -> merged(found.getT1(), found.getT2()));
        });
    }

    private static List<RetrieverResult> merged(List<RetrieverResult> own, List<RetrieverResult> others) {
        Map<Retriever, RetrieverResult> all = new EnumMap<>(Retriever.class);
        own.forEach(result -> all.put(result.retriever(), result));
        others.forEach(result -> all.merge(result.retriever(), result, RetrieverResult::with));
        return new ArrayList<>(all.values());
    }

    /** SHA-256 in hex of the words, or of the vector where there are none. */
    private static String subject(SearchRequest request) {
        String asked = request.query() == null
                ? Arrays.toString(Objects.requireNonNull(request.embedding()).values())
                : request.query();
        return HexFormat.of().formatHex(CanonicalEncoding.sha256(asked.getBytes(StandardCharsets.UTF_8)));
    }
}
