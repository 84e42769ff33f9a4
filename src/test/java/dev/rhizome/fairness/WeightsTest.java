package dev.rhizome.fairness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.fairness.FairTurns.Limits;
import dev.rhizome.fairness.FairTurns.Turn;
import dev.rhizome.fairness.FairTurns.Who;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

/** Two tenants, of which one weighs three times what the other does. */
class WeightsTest {

    private static final TenantId LIGHT = new TenantId(new UUID(0, 1));
    private static final TenantId HEAVY = new TenantId(new UUID(0, 3));

    private final AtomicLong clock = new AtomicLong();
    private final Map<TenantId, Long> tally = new HashMap<>();
    private final List<TenantId> order = new ArrayList<>();
    private final ConcurrentLinkedDeque<Turn> begun = new ConcurrentLinkedDeque<>();

    private FairTurns turns(int places, int contended) {
        return new FairTurns(
                new Limits("place", places, places, contended, 1_000, 5_000, Duration.ZERO),
                tenant -> tenant.equals(HEAVY) ? 3 : 1,
                (tenant, nanos) -> tally.merge(tenant, nanos, Long::sum),
                clock::get);
    }

    private void ask(FairTurns turns, TenantId tenant, int times) {
        for (int i = 0; i < times; i++) {
            Disposable asked = turns.next(new Who(tenant, false)).subscribe(turn -> {
                order.add(tenant);
                begun.add(turn);
            });
            assertThat(asked).isNotNull();
        }
    }

    private long of(TenantId tenant) {
        return order.stream().filter(tenant::equals).count();
    }

    @Test
    void whoWeighsMoreHasMorePlacesAtOnce() {
        FairTurns turns = turns(40, 8);
        ask(turns, LIGHT, 1);
        ask(turns, HEAVY, 20);
        ask(turns, LIGHT, 20);

        assertThat(of(HEAVY)).isEqualTo(6);
        assertThat(of(LIGHT)).isEqualTo(2);
    }

    @Test
    void whereThereAreFewerThanThatTakesTheLightOneHasOneAndTheHeavyOneThree() {
        FairTurns turns = turns(40, 2);
        ask(turns, LIGHT, 1);
        ask(turns, HEAVY, 20);
        ask(turns, LIGHT, 20);

        assertThat(of(HEAVY)).isEqualTo(3);
        assertThat(of(LIGHT)).isEqualTo(1);
    }

    @Test
    void whoWeighsMoreHasMoreTurnsOnOnePlace() {
        FairTurns turns = turns(1, 1);
        ask(turns, LIGHT, 100);
        ask(turns, HEAVY, 100);

        for (int i = 0; i < 100; i++) {
            clock.addAndGet(Duration.ofMillis(1).toNanos());
            begun.remove().end();
        }

        assertThat(of(HEAVY)).isBetween(74L, 77L);
        assertThat(of(LIGHT)).isBetween(24L, 27L);
    }

    @Test
    void whoWeighsTheSameHasAsMuch() {
        FairTurns turns = new FairTurns(
                new Limits("place", 40, 40, 2, 1_000, 5_000, Duration.ZERO),
                tenant -> 3,
                (tenant, nanos) -> {},
                clock::get);
        ask(turns, LIGHT, 1);
        ask(turns, HEAVY, 20);
        ask(turns, LIGHT, 20);

        assertThat(of(HEAVY)).isEqualTo(1);
        assertThat(of(LIGHT)).isEqualTo(1);
    }

    @Test
    void eachIsToldHowLongItHadPlaces() {
        FairTurns turns = turns(8, 8);
        ask(turns, LIGHT, 2);
        clock.addAndGet(500);
        begun.remove().end();
        clock.addAndGet(500);
        Turn last = begun.remove();
        last.end();
        last.end();

        assertThat(tally).containsOnly(Map.entry(LIGHT, 1_500L));
    }
}
