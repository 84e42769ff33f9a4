package dev.rhizome.crawl;

import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Paged;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.PageSize;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about sites. */
final class DomainHandler {

    private static final Listing.Shape<Domain> DOMAINS = new Listing.Shape<>("domain", Domain::cursor);

    private final DomainRepository domains;
    private final RequestReader reader;
    private final Streams streams;
    private final Listing listing;

    DomainHandler(DomainRepository domains, RequestReader reader, Streams streams, Listing listing) {
        this.domains = domains;
        this.reader = reader;
        this.streams = streams;
        this.listing = listing;
    }

    private record DomainPath(@Identifier String id) {

        /** As URLs have it. */
        private String domain() {
            WebUrl url = WebUrl.orNull("https://" + id + "/");
            if (url == null || !url.text().equals("https://" + url.domain() + "/")) {
                throw InvalidRequest.of("id", id, "the name of a host, such as example.org");
            }
            return url.domain();
        }
    }

    private record DomainsParameters(
            @Default("50") @PageSize int limit,
            @Nullable @CursorOf(Cursor.Part.TEXT) Cursor cursor) implements Paged {}

    Mono<ServerResponse> acquire(ServerRequest request) {
        return domains.acquire(domain(request)).flatMap(streams::json);
    }

    Mono<ServerResponse> record(ServerRequest request) {
        String domain = domain(request);
        return reader.body(request, Domain.Outcome.class)
                .flatMap(outcome -> domains.record(domain, outcome))
                .flatMap(streams::json);
    }

    Mono<ServerResponse> set(ServerRequest request) {
        String domain = domain(request);
        return reader.body(request, Domain.Policy.class)
                .flatMap(policy -> domains.set(domain, policy))
                .flatMap(streams::json);
    }

    Mono<ServerResponse> list(ServerRequest request) {
        DomainsParameters wanted = reader.parameters(request, DomainsParameters.class);
        return listing.respond(request, wanted, domains.list(Cursor.idOf(wanted.cursor()), wanted.fetch()), DOMAINS);
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return domains.get(domain(request)).flatMap(streams::json);
    }

    Mono<ServerResponse> delete(ServerRequest request) {
        return domains.delete(domain(request)).then(ServerResponse.noContent().build());
    }

    private String domain(ServerRequest request) {
        return reader.parameters(request, DomainPath.class).domain();
    }
}
