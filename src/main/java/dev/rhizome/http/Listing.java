package dev.rhizome.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.database.RowBudget;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.Page;
import dev.rhizome.paging.Paged;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Answers with one page of a list, in the form that the request's {@code Accept} prefers. A page that would be larger than
 * it may be is shorter than it was asked for, and has its {@code next}.
 */
public final class Listing {

    /** More than most rows have; what a page really has is counted when it has been read. */
    private static final long LARGE_ROW_BYTES = 128 * 1024;

    private final Streams streams;
    private final long pageBytes;

    /** Writes through {@code streams} pages within the limits of {@code properties}. */
    public Listing(Streams streams, HttpProperties properties) {
        this.streams = streams;
        this.pageBytes = properties.pageBytes().toBytes();
    }

    /**
     * What the rows are.
     *
     * @param event name of one in a stream
     * @param cursor what the next page starts behind
     */
    public record Shape<T>(String event, Function<T, Cursor> cursor) {}

    @JsonInclude(JsonInclude.Include.ALWAYS)
    private record Done(int items, @Nullable String next) {}

    /** Answers with {@code rows}, of which there is one more than the page holds where there is a next page. */
    public <T> Mono<ServerResponse> respond(ServerRequest request, Paged paging, Flux<T> rows, Shape<T> shape) {
        StreamFormat format = StreamFormat.of(request);
        long reserved = Math.min(pageBytes, paging.fetch() * LARGE_ROW_BYTES);
        Mono<Page<T>> page =
                ByteShare.reserving(reserved, Mono.defer(() -> page(rows, paging, new RowBudget(pageBytes), shape)));
        return format == StreamFormat.JSON
                ? page.flatMap(streams::json)
                : streams.respond(
                        request,
                        format,
                        page.map(found -> events(found, shape.event())).flux());
    }

    private static <T> Mono<Page<T>> page(Flux<T> rows, Paged paging, RowBudget budget, Shape<T> shape) {
        return rows.collectList()
                .map(list -> Page.of(list, paging.limit(), budget.isSpent(), shape.cursor()))
                .contextWrite(budget::in);
    }

    private static <T> List<StreamEvent> events(Page<T> page, String name) {
        List<StreamEvent> events = new ArrayList<>();
        page.items().forEach(item -> events.add(StreamEvent.of(name, item)));
        events.add(StreamEvent.done(new Done(page.items().size(), page.next())));
        return events;
    }
}
