package dev.rhizome.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.ByteBufMono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

/** Requests and answers as bytes. What the service refuses is an error. */
final class Transport {

    private static final String JSON = "application/json";
    private static final String NDJSON = "application/x-ndjson";
    private static final int LINES_PER_PIECE = 32;
    private static final Duration PIECE_WAIT = Duration.ofMillis(20);

    private final HttpClient http;
    private final URI base;

    /** Sends to {@code base} through {@code http} what {@code writes} know, and notes there what answers say. */
    Transport(HttpClient http, URI base, LastWrites writes) {
        this.http = http.doOnRequest((request, connection) ->
                        writes.tokens().forEach(token -> request.addHeader(LastWrites.HEADER, token)))
                .doOnResponse((response, connection) ->
                        writes.note(response.responseHeaders().get(LastWrites.HEADER)));
        this.base = base;
    }

    /** The whole body of an answer; empty bytes where it has none. */
    Mono<byte[]> bytes(Request request) {
        return sender(request, JSON).responseSingle(Transport::whole);
    }

    /** The lines of an answer, read as they are asked for. */
    Flux<byte[]> lines(Request request) {
        return sender(request, NDJSON).response(Transport::inLines);
    }

    /** The lines of the answer to lines, which are sent as fast as the service takes them. */
    Flux<byte[]> lines(String path, Publisher<?> items) {
        Flux<ByteBuf> pieces = Flux.from(items)
                .map(Json::writeLine)
                .bufferTimeout(LINES_PER_PIECE, PIECE_WAIT, true)
                .map(Transport::piece);
        return http.headers(headers ->
                        headers.set(HttpHeaderNames.ACCEPT, NDJSON).set(HttpHeaderNames.CONTENT_TYPE, NDJSON))
                .post()
                .uri(base.resolve(path))
                .send(pieces)
                .response(Transport::inLines);
    }

    private static ByteBuf piece(List<byte[]> lines) {
        return Unpooled.wrappedBuffer(lines.toArray(byte[][]::new));
    }

    private HttpClient.ResponseReceiver<?> sender(Request request, String accept) {
        byte[] body = request.body();
        HttpClient.RequestSender sender = http.headers(headers -> {
                    headers.set(HttpHeaderNames.ACCEPT, accept);
                    if (body != null) {
                        headers.set(HttpHeaderNames.CONTENT_TYPE, request.type());
                    }
                })
                .request(HttpMethod.valueOf(request.method()))
                .uri(base.resolve(request.path()));
        return body == null ? sender : sender.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body)));
    }

    private static Mono<byte[]> whole(HttpClientResponse response, ByteBufMono body) {
        Mono<byte[]> bytes = body.asByteArray().defaultIfEmpty(new byte[0]);
        return isGood(response) ? bytes : bytes.flatMap(document -> Mono.error(refusal(response, document)));
    }

    private static Flux<byte[]> inLines(HttpClientResponse response, ByteBufFlux body) {
        return isGood(response)
                ? Lines.of(body.asByteArray())
                : body.aggregate()
                        .asByteArray()
                        .defaultIfEmpty(new byte[0])
                        .flatMapMany(document -> Flux.error(refusal(response, document)));
    }

    private static boolean isGood(HttpClientResponse response) {
        return response.status().code() < 400;
    }

    private static ProblemException refusal(HttpClientResponse response, byte[] document) {
        int status = response.status().code();
        return new ProblemException(
                problem(status, document), seconds(response.responseHeaders().get(HttpHeaderNames.RETRY_AFTER)));
    }

    /** Something else than the service may answer, and not with a problem document. */
    private static Problem problem(int status, byte[] document) {
        try {
            Problem problem = Json.read(Json.read(document), Problem.class);
            return problem.status() == status ? problem : Problem.of(status, problem.detail());
        } catch (IncompleteAnswerException e) {
            return Problem.of(status, "the service gave no reason");
        }
    }

    private static @Nullable Duration seconds(@Nullable String retryAfter) {
        return retryAfter != null && retryAfter.matches("\\d{1,9}")
                ? Duration.ofSeconds(Long.parseLong(retryAfter))
                : null;
    }
}
