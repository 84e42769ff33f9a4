package dev.rhizome.http;

import dev.rhizome.binding.Document;
import dev.rhizome.binding.RecordBinder;
import dev.rhizome.validation.JsonObject;
import java.util.List;
import java.util.function.Function;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reads requests into records, the one way in which it is done: bodies, lines of bodies, path variables and query strings.
 * What is wrong is an {@code InvalidRequest} that names each field and what was expected of it.
 */
public final class RequestReader {

    private final RecordBinder binder;
    private final Bodies bodies;

    /** Makes records by {@code binder} of what {@code bodies} hold. */
    RequestReader(RecordBinder binder, Bodies bodies) {
        this.binder = binder;
        this.bodies = bodies;
    }

    /** Whether the body is lines of JSON. */
    public static boolean isNdjson(ServerRequest request) {
        return Bodies.isNdjson(request);
    }

    /** The body, one JSON object, as a {@code type}. */
    public <T> Mono<T> body(ServerRequest request, Class<T> type) {
        return bodies.json(request).map(json -> binder.json(json, type));
    }

    /**
     * The body as a {@code type}, and as it came.
     *
     * @param field what it is called where it is larger than 16 KB
     */
    public <T> Mono<Document<T>> document(ServerRequest request, Class<T> type, String field) {
        return bodies.json(request).map(json -> binder.document(json, type, field, JsonObject.USUAL));
    }

    /**
     * The body as it came, of whatever type.
     *
     * @param most bytes of it
     */
    public Mono<byte[]> bytes(ServerRequest request, DataSize most) {
        return bodies.whole(request, most);
    }

    /**
     * The lines of the body in batches as they arrive, for what is written whole or not at all.
     *
     * @param longest line
     */
    public Flux<List<byte[]>> lines(ServerRequest request, DataSize longest) {
        return bodies.lines(request, longest);
    }

    /** The path variables and the query string as a {@code type}; a parameter that it does not have is refused. */
    public <T> T parameters(ServerRequest request, Class<T> type) {
        return binder.parameters(RawParameters.of(request), type);
    }

    /** The path variables as a {@code type}. */
    public <T> T path(ServerRequest request, Class<T> type) {
        return binder.parameters(RawParameters.ofPath(request), type);
    }

    /** What makes a {@code type} of a line of NDJSON, or of a body. */
    public <T> Function<byte[], T> json(Class<T> type) {
        binder.prepare(type);
        return json -> binder.json(json, type);
    }
}
