package dev.rhizome.knowledge;

import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Paged;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.PageSize;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about those who are asked for knowledge. */
final class ProviderHandler {

    private static final Listing.Shape<Provider> PROVIDERS = new Listing.Shape<>("provider", Provider::cursor);

    private final ProviderRepository providers;
    private final RequestReader reader;
    private final Streams streams;
    private final Listing listing;

    ProviderHandler(ProviderRepository providers, RequestReader reader, Streams streams, Listing listing) {
        this.providers = providers;
        this.reader = reader;
        this.streams = streams;
        this.listing = listing;
    }

    private record ProviderPath(@Identifier(max = 100) String id) {}

    private record ProvidersParameters(
            @Default("50") @PageSize int limit,
            @Nullable @CursorOf(Cursor.Part.TEXT) Cursor cursor) implements Paged {

        private String after() {
            return cursor == null ? "" : cursor.key().getFirst();
        }
    }

    Mono<ServerResponse> record(ServerRequest request) {
        String id = id(request);
        return reader.body(request, Provider.Outcome.class)
                .flatMap(outcome -> providers.record(id, outcome))
                .flatMap(streams::json);
    }

    Mono<ServerResponse> list(ServerRequest request) {
        ProvidersParameters wanted = reader.parameters(request, ProvidersParameters.class);
        return listing.respond(request, wanted, providers.list(wanted.after(), wanted.fetch()), PROVIDERS);
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return providers.get(id(request)).flatMap(streams::json);
    }

    Mono<ServerResponse> delete(ServerRequest request) {
        return providers.delete(id(request)).then(ServerResponse.noContent().build());
    }

    private String id(ServerRequest request) {
        return reader.parameters(request, ProviderPath.class).id();
    }
}
