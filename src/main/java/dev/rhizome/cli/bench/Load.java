package dev.rhizome.cli.bench;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.rhizome.cli.service.ApiClient;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import me.tongfei.progressbar.ProgressBar;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Requests from some clients at once, each of which sends its next one as soon as it has an answer. So the load is what the
 * service takes, and the latencies hold no time of waiting to be sent.
 */
final class Load {

    /**
     * A request and who sends it.
     *
     * @param api with the key that it needs
     * @param request to be sent
     */
    record Call(ApiClient api, HttpRequest request) {}

    /**
     * An answer.
     *
     * @param nanos from sending the request to the last byte
     * @param body as read when all was over
     */
    record Reply(long nanos, JsonNode body) {}

    /**
     * What came of a load.
     *
     * @param replies in the order of the calls
     * @param wallNanos from the first request to the last answer
     */
    record Sample(List<Reply> replies, long wallNanos) {

        Latencies latencies() {
            return Latencies.of(replies.stream().mapToLong(Reply::nanos).toArray(), wallNanos);
        }
    }

    private final List<Call> calls;
    private final ProgressBar bar;
    private final long[] nanos;
    private final byte[][] answers;
    private final AtomicInteger next = new AtomicInteger();

    private Load(List<Call> calls, ProgressBar bar) {
        this.calls = calls;
        this.bar = bar;
        this.nanos = new long[calls.size()];
        this.answers = new byte[calls.size()][];
    }

    /**
     * Makes all {@code calls}, in order, by {@code clients} at once. The first that is refused ends the load.
     *
     * @param bar moved by each call
     */
    @CanIgnoreReturnValue
    static Sample run(int clients, List<Call> calls, ProgressBar bar) {
        Load load = new Load(calls, bar);
        try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
            List<Future<?>> running = new ArrayList<>();
            long began = System.nanoTime();
            for (int i = 0; i < clients; i++) {
                running.add(threads.submit(load::callUntilTheEnd));
            }
            running.forEach(Load::await);
            long wallNanos = System.nanoTime() - began;
            return new Sample(load.replies(), wallNanos);
        }
    }

    private void callUntilTheEnd() {
        try {
            for (int i = next.getAndIncrement(); i < calls.size(); i = next.getAndIncrement()) {
                Call call = calls.get(i);
                long began = System.nanoTime();
                answers[i] = call.api().answer(call.request());
                nanos[i] = System.nanoTime() - began;
                bar.step();
            }
        } catch (RuntimeException e) {
            next.set(calls.size());
            throw e;
        }
    }

    private List<Reply> replies() {
        List<Reply> replies = new ArrayList<>(calls.size());
        for (int i = 0; i < calls.size(); i++) {
            replies.add(new Reply(nanos[i], JsonMapper.shared().readTree(answers[i])));
        }
        return replies;
    }

    private static void await(Future<?> client) {
        try {
            client.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a request failed", e.getCause());
        }
    }
}
