package dev.rhizome.bench;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.rhizome.bench.service.Blocking;
import dev.rhizome.client.Request;
import dev.rhizome.client.RhizomeClient;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import me.tongfei.progressbar.ProgressBar;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Requests from some clients at once, each of which sends its next one as soon as it has an answer. So the load is what
 * the service takes, and the latencies hold no time of waiting to be sent. Requests are made when they are sent, and of
 * an answer only what is wanted is kept, so a run may be as long as it likes.
 *
 * @param <T> what is kept of an answer
 */
final class Load<T> {

    /**
     * A request and who sends it.
     *
     * @param client with the key that it needs
     * @param request to be sent
     */
    record Call(RhizomeClient client, Request request) {}

    /**
     * An answer.
     *
     * @param number of its call, from 0
     * @param nanos from sending the request to the last byte
     * @param kept of the body
     */
    record Reply<T>(int number, long nanos, T kept) {}

    /**
     * What came of a load.
     *
     * @param replies in the order of the calls
     * @param wallNanos from the first request to the last answer
     */
    record Sample<T>(List<Reply<T>> replies, long wallNanos) {

        Latencies latencies() {
            return Latencies.of(replies.stream().mapToLong(Reply::nanos).toArray(), wallNanos);
        }
    }

    private final IntFunction<Call> calls;
    private final Function<JsonNode, T> keep;
    private final ProgressBar bar;

    /**
     * Loads of {@code calls}.
     *
     * @param calls makes the call of a number, always the same one
     * @param keep what of an answer
     * @param bar moved by each call
     */
    Load(IntFunction<Call> calls, Function<JsonNode, T> keep, ProgressBar bar) {
        this.calls = calls;
        this.keep = keep;
        this.bar = bar;
    }

    /** Loads of {@code calls} whose answers are only waited for. */
    static Load<Boolean> discarding(IntFunction<Call> calls, ProgressBar bar) {
        return new Load<>(calls, answer -> true, bar);
    }

    /**
     * Makes the first {@code count} calls, in order, by {@code clients} at once. The first that is refused ends the
     * load.
     */
    @CanIgnoreReturnValue
    Sample<T> run(int clients, int count) {
        long began = System.nanoTime();
        List<Reply<T>> replies = Blocking.get(Flux.range(0, count)
                .flatMap(this::reply, clients, 1)
                .doOnNext(reply -> bar.step())
                .collectSortedList(Comparator.comparingInt(Reply::number)));
        return new Sample<>(replies, System.nanoTime() - began);
    }

    private Mono<Reply<T>> reply(int number) {
        return Mono.defer(() -> {
            Call call = calls.apply(number);
            long began = System.nanoTime();
            return call.client().send(call.request()).map(body -> reply(number, System.nanoTime() - began, body));
        });
    }

    private Reply<T> reply(int number, long nanos, byte[] body) {
        return new Reply<>(number, nanos, keep.apply(JsonMapper.shared().readTree(body)));
    }
}
