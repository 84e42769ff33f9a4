package dev.rhizome.testing;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Operators;
import reactor.core.publisher.SignalType;
import reactor.util.context.Context;

/**
 * Runs pipelines that are cancelled at their n-th signal. Counted are the signals of all operators, those inside the driver and
 * the pool included: each subscription, value and end, in the order in which they come. The cancel comes in place of the signal, on
 * its thread.
 *
 * <p>Work without this one's mark in its context passes uncounted, so that other things may go on in the same process.
 */
public final class CancelledAtSignal implements AutoCloseable {

    private static final String HOOK = CancelledAtSignal.class.getName();
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private CancelledAtSignal() {}

    /** From now on, until it is closed, pipelines that are made can be counted. */
    public static CancelledAtSignal install() {
        Hooks.onEachOperator(HOOK, Operators.lift((publisher, subscriber) -> counted(subscriber)));
        return new CancelledAtSignal();
    }

    private static CoreSubscriber<? super Object> counted(CoreSubscriber<? super Object> subscriber) {
        Run run = subscriber.currentContext().getOrDefault(Run.class, null);
        return run == null ? subscriber : new Counted(subscriber, run);
    }

    /**
     * Runs {@code work} and cancels it at its signal number {@code n}, from 1.
     *
     * @return whether it was cancelled; false where it was over before
     */
    public boolean at(int n, Publisher<?> work) throws InterruptedException {
        Run run = new Run(n);
        Flux.from(work).contextWrite(Context.of(Run.class, run)).subscribe(run);
        if (!run.over.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("neither over nor cancelled at signal " + n);
        }
        return run.seen.get() >= n;
    }

    @Override
    public void close() {
        Hooks.resetOnEachOperator(HOOK);
    }

    private static final class Run extends BaseSubscriber<Object> {

        private final int at;
        private final AtomicInteger seen = new AtomicInteger();
        private final CountDownLatch over = new CountDownLatch(1);

        Run(int at) {
            this.at = at;
        }

        void signal() {
            if (seen.incrementAndGet() == at) {
                cancel();
                over.countDown(); // where it is not subscribed yet, nothing else tells
            }
        }

        @Override
        protected void hookOnError(Throwable error) {
            // It is over, and that is all that counts.
        }

        @Override
        protected void hookFinally(SignalType end) {
            over.countDown();
        }
    }

    private record Counted(CoreSubscriber<? super Object> subscriber, Run run) implements CoreSubscriber<Object> {

        @Override
        public Context currentContext() {
            return subscriber.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            run.signal();
            subscriber.onSubscribe(subscription);
        }

        @Override
        public void onNext(Object value) {
            run.signal();
            subscriber.onNext(value);
        }

        @Override
        public void onError(Throwable error) {
            run.signal();
            subscriber.onError(error);
        }

        @Override
        public void onComplete() {
            run.signal();
            subscriber.onComplete();
        }
    }
}
