package dev.rhizome.crawl;

import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Paged;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.OneOf;
import dev.rhizome.validation.PageSize;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about walks from page to page. */
final class TraversalHandler {

    private static final Listing.Shape<Traversal> WALKS = new Listing.Shape<>("traversal", Traversal::cursor);
    private static final Listing.Shape<TraversalNode> PAGES = new Listing.Shape<>("page", TraversalNode::cursor);

    private final TraversalRepository walks;
    private final RequestReader reader;
    private final Streams streams;
    private final Listing listing;

    TraversalHandler(TraversalRepository walks, RequestReader reader, Streams streams, Listing listing) {
        this.walks = walks;
        this.reader = reader;
        this.streams = streams;
        this.listing = listing;
    }

    private record TraversalPath(@Identifier String id) {}

    private record TraversalsParameters(
            @Nullable @OneOf({"pending", "running", "completed", "failed"})
            String status,

            @Default("50") @PageSize int limit,

            @Nullable @CursorOf({Cursor.Part.TIME, Cursor.Part.TEXT})
            Cursor cursor)
            implements Paged {}

    private record NodesParameters(
            @Identifier String id,

            @Nullable @OneOf({"pending", "visited", "skipped", "error"})
            String status,

            @Default("50") @PageSize int limit,

            @Nullable @CursorOf(Cursor.Part.WHOLE) Cursor cursor)
            implements Paged {}

    private record Found(String outcome) {}

    Mono<ServerResponse> create(ServerRequest request) {
        return reader.body(request, Traversal.Input.class)
                .flatMap(walk -> walks.add(walk).then(walks.get(walk.id())))
                .flatMap(walk -> ServerResponse.created(URI.create(
                                "/v1/web/traversals/" + URLEncoder.encode(walk.id(), StandardCharsets.UTF_8)))
                        .bodyValue(walk));
    }

    Mono<ServerResponse> list(ServerRequest request) {
        TraversalsParameters wanted = reader.parameters(request, TraversalsParameters.class);
        return listing.respond(request, wanted, walks.list(wanted.status(), wanted.cursor(), wanted.fetch()), WALKS);
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return walks.get(id(request)).flatMap(streams::json);
    }

    Mono<ServerResponse> change(ServerRequest request) {
        String id = id(request);
        return reader.body(request, Traversal.Change.class)
                .flatMap(change -> walks.change(id, change))
                .flatMap(streams::json);
    }

    Mono<ServerResponse> delete(ServerRequest request) {
        return walks.delete(id(request)).then(ServerResponse.noContent().build());
    }

    Mono<ServerResponse> addPage(ServerRequest request) {
        String id = id(request);
        return reader.body(request, TraversalNode.Input.class)
                .flatMap(page -> walks.addPage(id, page))
                .flatMap(outcome -> streams.json(new Found(outcome)));
    }

    Mono<ServerResponse> changePage(ServerRequest request) {
        String id = id(request);
        return reader.body(request, TraversalNode.Change.class)
                .flatMap(change -> walks.changePage(id, change))
                .flatMap(streams::json);
    }

    Mono<ServerResponse> pages(ServerRequest request) {
        NodesParameters wanted = reader.parameters(request, NodesParameters.class);
        return listing.respond(
                request,
                wanted,
                walks.pages(wanted.id(), wanted.status(), Cursor.placeOf(wanted.cursor()), wanted.fetch()),
                PAGES);
    }

    private String id(ServerRequest request) {
        return reader.parameters(request, TraversalPath.class).id();
    }
}
