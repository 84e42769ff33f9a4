package dev.rhizome.knowledge;

import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Paged;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.PageSize;
import dev.rhizome.validation.Ratio;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about results of queries. */
final class ResultHandler {

    private static final Listing.Shape<KnowledgeResult> RESULTS =
            new Listing.Shape<>("result", KnowledgeResult::cursor);

    private final QueryRepository queries;
    private final ResultRepository results;
    private final ResultWriter writer;
    private final Writes writes;
    private final RequestReader reader;
    private final Streams streams;
    private final Listing listing;

    ResultHandler(
            QueryRepository queries,
            ResultRepository results,
            ResultWriter writer,
            Writes writes,
            RequestReader reader,
            Streams streams,
            Listing listing) {
        this.queries = queries;
        this.results = results;
        this.writer = writer;
        this.writes = writes;
        this.reader = reader;
        this.streams = streams;
        this.listing = listing;
    }

    private record ResultsParameters(
            @Identifier String id,
            @Default("0") @Ratio float minRelevance,
            @Nullable @SourceType String sourceType,
            @Nullable @Identifier String domain,
            @Default("50") @PageSize int limit,

            @Nullable @CursorOf({Cursor.Part.RATIO, Cursor.Part.TEXT})
            Cursor cursor)
            implements Paged {

        private ResultRepository.Filter filter() {
            return new ResultRepository.Filter(minRelevance, sourceType, domain);
        }
    }

    Mono<ServerResponse> put(ServerRequest request) {
        String query = id(request);
        return writes.put(request, KnowledgeResultBody.class, body -> body.of(query), writer.of(query));
    }

    Mono<ServerResponse> list(ServerRequest request) {
        ResultsParameters wanted = reader.parameters(request, ResultsParameters.class);
        return queries.get(wanted.id())
                .flatMap(query -> listing.respond(
                        request,
                        wanted,
                        results.list(query.id(), wanted.filter(), wanted.cursor(), wanted.fetch()),
                        RESULTS));
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return results.get(id(request)).flatMap(streams::json);
    }

    Mono<ServerResponse> delete(ServerRequest request) {
        return results.delete(id(request)).then(ServerResponse.noContent().build());
    }

    private String id(ServerRequest request) {
        return reader.parameters(request, KnowledgePath.class).id();
    }
}
