package dev.rhizome.sharing;

import dev.rhizome.graph.EntityRepository;
import dev.rhizome.http.Caller;
import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Paged;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.problem.NotFound;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.OneOf;
import dev.rhizome.validation.PageSize;
import dev.rhizome.validation.Slug;
import dev.rhizome.validation.Times;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about grants, about things that others share, and about the log of both. */
final class SharingHandler {

    private static final Listing.Shape<Grant> GIVEN = new Listing.Shape<>("grant", Grant::cursor);
    private static final Listing.Shape<Grant.Received> RECEIVED = new Listing.Shape<>("grant", Grant.Received::cursor);
    private static final Listing.Shape<AccessEntry> ACCESSES = new Listing.Shape<>("access", AccessEntry::cursor);

    private final GrantRepository grants;
    private final Visits visits;
    private final EntityRepository entities;
    private final AccessLog log;
    private final RequestReader reader;
    private final Streams streams;
    private final Listing listing;

    SharingHandler(
            GrantRepository grants,
            Visits visits,
            EntityRepository entities,
            AccessLog log,
            RequestReader reader,
            Streams streams,
            Listing listing) {
        this.grants = grants;
        this.visits = visits;
        this.entities = entities;
        this.log = log;
        this.reader = reader;
        this.streams = streams;
        this.listing = listing;
    }

    private record GrantPath(UUID id) {}

    private record GrantsParameters(
            @Default("50") @PageSize int limit,
            @Nullable @CursorOf(Cursor.Part.UUID) Cursor cursor) implements Paged {}

    private record SharedParameters(
            @Slug String tenant, @Identifier String id) {}

    private record AccessParameters(
            @Nullable @OneOf({"granted", "revoked", "searched", "read"})
            String action,

            @Nullable UUID tenant,
            @Default(Times.EARLIEST) Instant since,
            @Default(Times.LATEST) Instant until,
            @Default("50") @PageSize int limit,

            @Nullable @CursorOf({Cursor.Part.TIME, Cursor.Part.UUID})
            Cursor cursor)
            implements Paged {}

    Mono<ServerResponse> give(ServerRequest request) {
        return reader.body(request, GrantInput.class)
                .map(input -> input.livingAfter(Clock.systemUTC().instant())
                        .notFor(Caller.of(request).tenant()))
                .flatMap(grants::give)
                .flatMap(grant -> ServerResponse.created(URI.create("/v1/grants/" + grant.id()))
                        .bodyValue(grant));
    }

    Mono<ServerResponse> given(ServerRequest request) {
        GrantsParameters wanted = reader.parameters(request, GrantsParameters.class);
        return listing.respond(request, wanted, grants.given(wanted.cursor(), wanted.fetch()), GIVEN);
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return grants.get(reader.path(request, GrantPath.class).id()).flatMap(streams::json);
    }

    Mono<ServerResponse> revoke(ServerRequest request) {
        return grants.revoke(reader.path(request, GrantPath.class).id())
                .then(ServerResponse.noContent().build());
    }

    Mono<ServerResponse> received(ServerRequest request) {
        GrantsParameters wanted = reader.parameters(request, GrantsParameters.class);
        return listing.respond(request, wanted, grants.received(wanted.cursor(), wanted.fetch()), RECEIVED);
    }

    /** A thing that is not granted, one that is not there, and a tenant that shares nothing are answered alike. */
    Mono<ServerResponse> entity(ServerRequest request) {
        SharedParameters wanted = reader.parameters(request, SharedParameters.class);
        return visits.read(
                        List.of(wanted.tenant()),
                        Visits.READ,
                        wanted.id(),
                        visit -> entities.get(wanted.id()).flux())
                .onErrorResume(InvalidRequest.class, nothing -> Mono.just(List.of()))
                .flatMapIterable(found -> found)
                .next()
                .switchIfEmpty(Mono.error(() -> new NotFound("entity", wanted.id())))
                .flatMap(streams::json);
    }

    Mono<ServerResponse> accesses(ServerRequest request) {
        AccessParameters wanted = reader.parameters(request, AccessParameters.class);
        AccessLog.Filter filter =
                new AccessLog.Filter(wanted.since(), wanted.until(), wanted.action(), wanted.tenant());
        return listing.respond(request, wanted, log.list(filter, wanted.cursor(), wanted.fetch()), ACCESSES);
    }
}
