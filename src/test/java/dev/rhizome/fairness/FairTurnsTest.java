package dev.rhizome.fairness;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.rhizome.fairness.FairTurns.Limits;
import dev.rhizome.fairness.FairTurns.Turn;
import dev.rhizome.fairness.FairTurns.Who;
import dev.rhizome.problem.Overloaded;
import dev.rhizome.problem.ShareExceeded;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

class FairTurnsTest {

    private static final Who A = tenant(1);
    private static final Who B = tenant(2);

    private final AtomicLong clock = new AtomicLong();
    private final List<Throwable> refused = new ArrayList<>();

    private static Who tenant(int number) {
        return new Who(new TenantId(new UUID(0, number)), false);
    }

    private FairTurns turns(int places, int contended) {
        return new FairTurns(
                new Limits("place", places, places, contended, 1000, 5000, Duration.ZERO),
                tenant -> 1,
                (tenant, nanos) -> {},
                clock::get);
    }

    /** The turns that begin, in their order. */
    @CanIgnoreReturnValue
    private Deque<Turn> ask(FairTurns turns, Who who, int times) {
        Deque<Turn> begun = new ConcurrentLinkedDeque<>();
        for (int i = 0; i < times; i++) {
            Disposable asked = turns.next(who).subscribe(begun::add, refused::add);
            assertThat(asked).isNotNull();
        }
        return begun;
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    @Test
    void whoIsAloneHasAllPlacesButAFew() {
        assertThat(ask(turns(8, 4), A, 20)).hasSize(6);
        assertThat(ask(turns(1, 1), A, 20)).hasSize(1);
        FairTurns few = new FairTurns(
                new Limits("place", 20, 4, 2, 100, 100, Duration.ZERO), tenant -> 1, (tenant, nanos) -> {}, clock::get);
        assertThat(ask(few, A, 20)).hasSize(4);
    }

    @Test
    void whoComesNextFindsAPlace() {
        FairTurns turns = turns(8, 4);
        ask(turns, A, 20);

        assertThat(ask(turns, B, 20)).hasSize(2);
    }

    @Test
    void severalShareWhatIsContended() {
        FairTurns turns = turns(20, 4);
        Deque<Turn> first = ask(turns, A, 20);
        Deque<Turn> second = ask(turns, B, 20);

        List.copyOf(first).forEach(Turn::end);

        assertThat(first).hasSize(15 + 2);
        assertThat(second).hasSize(2);
    }

    @Test
    void whoWasThereAMomentAgoIsCountedAndThenForgotten() {
        FairTurns turns = turns(20, 4);
        ask(turns, B, 1).remove().end();

        assertThat(ask(turns, A, 20)).hasSize(2);
        pass(Duration.ofSeconds(11));
        assertThat(ask(turns, A, 1)).isEmpty();
        assertThat(turns.remembered()).isEqualTo(1);
        assertThat(turns.waiting()).isEqualTo(19 - 13);
    }

    @Test
    void whoseTurnWaitsForALockIsNotKeptOut() {
        FairTurns turns = turns(20, 2);
        Deque<Turn> others = ask(turns, B, 1);
        Deque<Turn> stuck = ask(turns, A, 1);
        Deque<Turn> behind = ask(turns, A, 9);
        assertThat(stuck).hasSize(1);
        assertThat(behind).isEmpty();

        pass(Duration.ofMillis(300));

        await(() -> behind.size() == 1);
        pass(Duration.ofMillis(300));
        await(() -> behind.size() == 2);
        assertThat(others).hasSize(1);
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void timeIsSharedNotTurns() {
        FairTurns turns = turns(1, 1);
        Deque<Turn> slow = ask(turns, A, 900);
        Deque<Turn> quick = ask(turns, B, 900);
        Map<String, Integer> ended = new HashMap<>();
        for (int i = 0; i < 500; i++) {
            boolean isSlow = !slow.isEmpty();
            pass(Duration.ofMillis(isSlow ? 90 : 10));
            ended.merge(isSlow ? "slow" : "quick", 1, Integer::sum);
            (isSlow ? slow : quick).remove().end();
        }

        assertThat(ended.get("quick")).isBetween(440, 460);
        assertThat(ended.get("slow")).isBetween(40, 60);
    }

    @Test
    void nobodySavesUp() {
        FairTurns turns = turns(1, 1);
        ask(turns, B, 1).remove().end();
        Deque<Turn> first = ask(turns, A, 900);
        for (int i = 0; i < 100; i++) {
            pass(Duration.ofMillis(50));
            first.remove().end();
        }

        Deque<Turn> late = ask(turns, B, 900);
        int ofWhoCameBack = 0;
        for (int i = 0; i < 20; i++) {
            pass(Duration.ofMillis(50));
            ofWhoCameBack += late.size();
            (late.isEmpty() ? first : late).remove().end();
        }

        assertThat(ofWhoCameBack).isBetween(9, 11);
    }

    @Test
    void aThousandTenantsAllHaveATurnBeforeMostHaveASecond() {
        FairTurns turns = turns(20, 4);
        Deque<Turn> begun = new ArrayDeque<>();
        int[] had = new int[1000];
        for (int i = 0; i < had.length * 3; i++) {
            int tenant = i / 3;
            Disposable asked =
                    turns.next(tenant(tenant)).doOnNext(turn -> had[tenant]++).subscribe(begun::add, refused::add);
            assertThat(asked).isNotNull();
        }
        for (int i = 0; i < had.length; i++) {
            pass(Duration.ofMillis(1));
            begun.remove().end();
        }

        assertThat(Arrays.stream(had)).allMatch(times -> times >= 1);
        assertThat(Arrays.stream(had).filter(times -> times > 1).count()).isLessThan(20);
    }

    @Test
    void whatGoesAheadDoesSo() {
        FairTurns turns = turns(1, 1);
        Deque<Turn> running = ask(turns, A, 1);
        Deque<Turn> document = ask(turns, A, 1);
        Deque<Turn> query = ask(turns, new Who(B.tenant(), true), 1);

        running.remove().end();

        assertThat(query).hasSize(1);
        assertThat(document).isEmpty();
    }

    @Test
    void theServiceGoesFirstOnFewPlaces() {
        FairTurns turns = turns(8, 8);
        Deque<Turn> tenants = ask(turns, A, 20);
        Deque<Turn> service = ask(turns, Who.SERVICE, 20);

        assertThat(tenants).hasSize(6);
        assertThat(service).hasSize(2);
        tenants.remove().end();
        assertThat(service).hasSize(2);
        service.remove().end();
        assertThat(service).hasSize(2);
    }

    @Test
    void aTenantThatWaitsTooOftenIsToldSoAndOthersAreNot() {
        FairTurns turns = new FairTurns(
                new Limits("place", 1, 1, 1, 2, 3, Duration.ZERO), tenant -> 1, (tenant, nanos) -> {}, clock::get);

        ask(turns, A, 4);
        assertThat(refused).singleElement().isInstanceOf(ShareExceeded.class);
        ask(turns, B, 1);
        assertThat(refused).hasSize(1);
        ask(turns, B, 1);
        assertThat(refused).hasSize(2).last().isInstanceOf(Overloaded.class);
    }

    @Test
    void aWaitEnds() {
        Duration soon = Duration.ofMillis(20);
        FairTurns turns = new FairTurns(new Limits("place", 1, 1, 1, 9, 9, soon));
        Deque<Turn> taken = ask(turns, A, 1);

        StepVerifier.create(turns.next(A)).verifyError(ShareExceeded.class);
        StepVerifier.create(turns.next(B)).verifyError(Overloaded.class);
        assertThat(turns.waiting()).isZero();
        taken.remove().end();
        assertThat(ask(turns, B, 1)).hasSize(1);
    }

    @Test
    void whoGivesUpMakesRoom() {
        FairTurns turns = turns(1, 1);
        Deque<Turn> taken = ask(turns, A, 1);
        Disposable waits = turns.next(A).subscribe();
        Deque<Turn> behind = ask(turns, A, 1);

        waits.dispose();

        assertThat(turns.waiting()).isEqualTo(1);
        taken.remove().end();
        assertThat(behind).hasSize(1);
    }

    @Test
    void aTurnEndsOnce() {
        FairTurns turns = turns(2, 2);
        Turn turn = ask(turns, A, 1).remove();
        Deque<Turn> others = ask(turns, A, 5);

        turn.end();
        turn.end();

        assertThat(others).hasSize(2);
    }
}
