package dev.rhizome.knowledge;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import dev.rhizome.quota.Quotas;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about the cache of answers. */
final class CacheHandler {

    private final CacheRepository cache;
    private final Quotas quotas;
    private final RequestReader reader;
    private final Streams streams;

    CacheHandler(CacheRepository cache, Quotas quotas, RequestReader reader, Streams streams) {
        this.cache = cache;
        this.quotas = quotas;
        this.reader = reader;
        this.streams = streams;
    }

    private record NoParameters() {}

    private record Purged(long deleted) {}

    Mono<ServerResponse> put(ServerRequest request) {
        String key = key(request);
        return reader.body(request, CacheEntry.Input.class)
                .flatMap(entry -> quotas.withinBytes(cache.put(key, entry)))
                .flatMap(outcome -> Writes.answer(key, BatchWriter.Result.of(outcome)));
    }

    Mono<ServerResponse> find(ServerRequest request) {
        return cache.find(key(request)).flatMap(streams::json);
    }

    Mono<ServerResponse> delete(ServerRequest request) {
        return cache.delete(key(request)).then(ServerResponse.noContent().build());
    }

    Mono<ServerResponse> purge(ServerRequest request) {
        NoParameters ignored = reader.parameters(request, NoParameters.class);
        return cache.purge().map(Purged::new).flatMap(streams::json);
    }

    Mono<ServerResponse> statistics(ServerRequest request) {
        NoParameters ignored = reader.parameters(request, NoParameters.class);
        return cache.statistics().flatMap(streams::json);
    }

    private String key(ServerRequest request) {
        return reader.parameters(request, KnowledgePath.class).id();
    }
}
