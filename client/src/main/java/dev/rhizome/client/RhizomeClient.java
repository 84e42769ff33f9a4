package dev.rhizome.client;

import io.netty.handler.codec.http.HttpHeaderNames;
import java.net.URI;
import java.time.Duration;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import tools.jackson.databind.JsonNode;

/**
 * Asks a running service, with one key. Nothing is sent before a publisher is subscribed to, and again at each
 * subscription; cancelling a subscription ends the request.
 *
 * <p>All publishers end with a {@link ProblemException} where the service refuses, with an {@link
 * IncompleteAnswerException} where an answer ends too early, and with an {@link java.io.IOException} where no service
 * answers. What the service asks to be sent again later, by {@code Retry-After}, is sent again when that time is over,
 * five times at most. What one client has written it sees afterwards, also where the service reads from standbys of its database.
 */
public final class RhizomeClient implements AutoCloseable {

    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(1);
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(15);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final int CONNECTIONS = 1_000;
    private static final int RETRIES = 5;

    private final ConnectionProvider connections;
    private final HttpClient http;
    private final URI base;
    private final Transport transport;
    private final Patience patience;
    private final LastWrites writes;

    private RhizomeClient(
            ConnectionProvider connections, HttpClient http, URI base, Patience patience, LastWrites writes) {
        this.connections = connections;
        this.http = http;
        this.base = base;
        this.transport = new Transport(http, base, writes);
        this.patience = patience;
        this.writes = writes;
    }

    /** A client of the service at {@code base}, as in {@code http://localhost:8080}, without a key. */
    public static RhizomeClient of(URI base) {
        ConnectionProvider connections = ConnectionProvider.builder("rhizome-client")
                .maxConnections(CONNECTIONS)
                .pendingAcquireMaxCount(-1)
                .maxIdleTime(LONGEST_IDLE)
                .build();
        HttpClient http = HttpClient.create(connections).responseTimeout(LONGEST_SILENCE);
        return new RhizomeClient(connections, http, base, new Patience(RETRIES), new LastWrites());
    }

    /** A client with {@code key}, which shares the connections of this one. */
    public RhizomeClient withKey(String key) {
        HttpClient authorized = http.headers(headers -> headers.set(HttpHeaderNames.AUTHORIZATION, "Bearer " + key));
        return new RhizomeClient(connections, authorized, base, patience, new LastWrites());
    }

    /** A client that gives an answer up when nothing of it comes for {@code longest}; without this, for a minute. */
    public RhizomeClient withLongestSilence(Duration longest) {
        return new RhizomeClient(connections, http.responseTimeout(longest), base, patience, writes);
    }

    /** A client that sends again what the service asks to be sent again, {@code retries} times at most, 0 for never. */
    public RhizomeClient withRetries(int retries) {
        return new RhizomeClient(connections, http, base, new Patience(retries), writes);
    }

    /** Where the service is. */
    public URI base() {
        return base;
    }

    /** Tenants and keys; needs the operator's key. */
    public Tenants tenants() {
        return new Tenants(this);
    }

    /** The answer to a GET. */
    public Mono<JsonNode> get(String path) {
        return send(Request.get(path)).map(Json::read);
    }

    /** The answer to a POST of {@code body} as JSON. */
    public Mono<JsonNode> post(String path, Object body) {
        return send(Request.post(path, body)).map(Json::read);
    }

    /** The answer to a PATCH of {@code body} as JSON. */
    public Mono<JsonNode> patch(String path, Object body) {
        return send(Request.patch(path, body)).map(Json::read);
    }

    /** Deletes what is at {@code path}. */
    public Mono<Void> delete(String path) {
        return send(Request.delete(path)).then();
    }

    /** The whole body of the answer to {@code request}, as it came. */
    public Mono<byte[]> send(Request request) {
        return transport.bytes(request).retryWhen(patience);
    }

    /** The lines of the answer to {@code request}, which is asked for as NDJSON, each as it came and when it came. */
    public Flux<byte[]> lines(Request request) {
        return transport.lines(request).retryWhen(patience);
    }

    /**
     * All items of a list, page after page; a page is asked for when the one before has been taken.
     *
     * @param path of the list, with its parameters but for {@code cursor}
     */
    public Flux<JsonNode> list(String path) {
        return get(path).expand(page -> nextPage(path, page)).concatMapIterable(page -> page.path("items"), 1);
    }

    private Mono<JsonNode> nextPage(String path, JsonNode page) {
        String next = page.path("next").asString("");
        return next.isEmpty() ? Mono.empty() : get(Uris.with(path, "cursor", next));
    }

    /**
     * The events of a search as they come: hits, best first, related things, and {@link SearchEvent.Done} at the end.
     */
    public Flux<SearchEvent> search(Search search) {
        return SearchAnswer.of(transport.lines(Request.post("/v1/search", search)))
                .retryWhen(patience);
    }

    /**
     * Sends {@code items} as NDJSON in one request and gives one result an item as the service answers, while later
     * items are still being sent. Items are asked for as fast as the service takes them, and the service takes them as
     * fast as results are. A refused item does not concern the others. Cancelling ends the upload; what has been
     * answered is stored. Where the service stops in the middle, the rest is sent again after a moment.
     *
     * @param path of a route that takes NDJSON, such as {@code /v1/entities}
     * @param items what Jackson writes as JSON objects; subscribed to again where the service asked to come again later, or
     *     stopped
     */
    public Flux<LineResult> upload(String path, Publisher<?> items) {
        return uploadBehind(path, items, 0);
    }

    private Flux<LineResult> uploadBehind(String path, Publisher<?> items, long before) {
        return Flux.defer(() -> {
            UploadAnswer answer = new UploadAnswer(before, writes);
            return answer.read(transport.lines(path, Flux.from(items).skip(before)))
                    .retryWhen(patience)
                    .concatWith(Flux.defer(() -> answer.isStopped()
                            ? Mono.delay(AGAIN).thenMany(uploadBehind(path, items, answer.answered()))
                            : Flux.empty()));
        });
    }

    /** Closes the connections, those of clients with other keys of this one included. */
    @Override
    public void close() {
        connections.dispose();
    }
}
