package dev.rhizome;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** The control of all other tests' control: a call that blocks an event loop fails. */
class BlockingTest {

    @Test
    void aBlockingCallOnANonBlockingThreadFails() {
        Mono.fromCallable(BlockingTest::sleep)
                .subscribeOn(Schedulers.parallel())
                .as(StepVerifier::create)
                .expectErrorMatches(error ->
                        error instanceof BlockingOperationError || error.getCause() instanceof BlockingOperationError)
                .verify(Duration.ofSeconds(5));
    }

    private static boolean sleep() throws InterruptedException {
        Thread.sleep(1);
        return true;
    }
}
