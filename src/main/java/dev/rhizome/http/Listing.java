package dev.rhizome.http;

import com.fasterxml.jackson.annotation.JsonInclude;
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

/** Answers with one page of a list, in the form that the request's {@code Accept} prefers. */
public final class Listing {

    private static final int USUAL = 50;
    private static final int MOST = 1_000;

    private final Streams streams;

    /** Writes through {@code streams}. */
    public Listing(Streams streams) {
        this.streams = streams;
    }

    /**
     * How many are wanted, and behind what.
     *
     * @param limit 1 to 1,000; 50 where it is not given
     * @param cursor as the page before gave it, null for the first
     */
    public record Paging(int limit, @Nullable String cursor) implements Paged {

        /** Reads {@code limit} and {@code cursor}. */
        public static Paging read(Fields fields) {
            return new Paging(fields.integer("limit", USUAL, 1, MOST), fields.text("cursor"));
        }
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
        Mono<Page<T>> page = rows.collectList().map(list -> Page.of(list, paging.limit(), shape.cursor()));
        return format == StreamFormat.JSON
                ? page.flatMap(streams::json)
                : streams.respond(
                        request,
                        format,
                        page.map(found -> events(found, shape.event())).flux());
    }

    private static <T> List<StreamEvent> events(Page<T> page, String name) {
        List<StreamEvent> events = new ArrayList<>();
        page.items().forEach(item -> events.add(StreamEvent.of(name, item)));
        events.add(StreamEvent.done(new Done(page.items().size(), page.next())));
        return events;
    }
}
