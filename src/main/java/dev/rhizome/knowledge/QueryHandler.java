package dev.rhizome.knowledge;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Paged;
import dev.rhizome.quota.Quotas;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.PageSize;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about queries and what was answered to them. */
final class QueryHandler {

    private static final Listing.Shape<KnowledgeQuery> QUERIES = new Listing.Shape<>("query", KnowledgeQuery::cursor);
    private static final Listing.Shape<KnowledgeResponse> RESPONSES =
            new Listing.Shape<>("response", KnowledgeResponse::cursor);

    private final QueryRepository queries;
    private final ResponseRepository responses;
    private final Writes writes;
    private final Quotas quotas;
    private final RequestReader reader;
    private final Streams streams;
    private final Listing listing;

    QueryHandler(
            QueryRepository queries,
            ResponseRepository responses,
            Writes writes,
            Quotas quotas,
            RequestReader reader,
            Streams streams,
            Listing listing) {
        this.queries = queries;
        this.responses = responses;
        this.writes = writes;
        this.quotas = quotas;
        this.reader = reader;
        this.streams = streams;
        this.listing = listing;
    }

    private record QueriesParameters(
            @Nullable @QueryStatus String status,
            @Nullable @QueryType String type,
            @Nullable @Identifier String requesterId,
            @Nullable @Identifier String tag,
            @Default("50") @PageSize int limit,

            @Nullable @CursorOf({Cursor.Part.TIME, Cursor.Part.TEXT})
            Cursor cursor)
            implements Paged {

        private QueryRepository.Filter filter() {
            return new QueryRepository.Filter(status, type, requesterId, tag);
        }
    }

    private record ResponsesParameters(
            @Identifier String id,
            @Default("50") @PageSize int limit,

            @Nullable @CursorOf({Cursor.Part.TIME, Cursor.Part.TEXT})
            Cursor cursor)
            implements Paged {}

    Mono<ServerResponse> put(ServerRequest request) {
        return writes.put(request, KnowledgeQueryInput.class, queries);
    }

    Mono<ServerResponse> list(ServerRequest request) {
        QueriesParameters wanted = reader.parameters(request, QueriesParameters.class);
        return listing.respond(
                request, wanted, queries.list(wanted.filter(), wanted.cursor(), wanted.fetch()), QUERIES);
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return queries.get(id(request)).flatMap(streams::json);
    }

    Mono<ServerResponse> change(ServerRequest request) {
        String id = id(request);
        return reader.body(request, KnowledgeQuery.Change.class)
                .flatMap(change -> queries.change(id, change))
                .flatMap(streams::json);
    }

    Mono<ServerResponse> delete(ServerRequest request) {
        return queries.delete(id(request)).then(ServerResponse.noContent().build());
    }

    Mono<ServerResponse> respond(ServerRequest request) {
        String id = id(request);
        return reader.body(request, KnowledgeResponse.Input.class)
                .flatMap(response -> quotas.withinBytes(responses.add(id, response))
                        .flatMap(outcome -> Writes.answer(response.id(), BatchWriter.Result.of(outcome))));
    }

    Mono<ServerResponse> listResponses(ServerRequest request) {
        ResponsesParameters wanted = reader.parameters(request, ResponsesParameters.class);
        return queries.get(wanted.id())
                .flatMap(query -> listing.respond(
                        request, wanted, responses.list(query.id(), wanted.cursor(), wanted.fetch()), RESPONSES));
    }

    private String id(ServerRequest request) {
        return reader.parameters(request, KnowledgePath.class).id();
    }
}
