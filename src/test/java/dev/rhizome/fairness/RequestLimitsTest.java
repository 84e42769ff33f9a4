package dev.rhizome.fairness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rhizome.problem.ShareExceeded;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RequestLimitsTest {

    private static final TenantId TENANT = new TenantId(new UUID(0, 1));
    private static final TenantId OTHER = new TenantId(new UUID(0, 2));

    private final KnownLimits known = new KnownLimits(TenantLimits.NONE, Duration.ofMinutes(1));
    private final AtomicLong clock = new AtomicLong(123_456);
    private final RequestLimits limits = new RequestLimits(known, clock::get);

    private void limit(int perSecond, int atOnce) {
        known.changed(TENANT, new TenantLimits(null, perSecond, atOnce, null, null, null, null, null));
    }

    private ShareExceeded refused() {
        return catchThrowableOfType(ShareExceeded.class, () -> limits.begin(TENANT));
    }

    private long begunOf(int requests) {
        return IntStream.range(0, requests).filter(i -> refused() == null).count();
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    @Test
    void aSecondsRequestsMayComeAtOnceAndThenAtTheirRate() {
        limit(10, 1_000);
        assertThat(begunOf(30)).isEqualTo(10);
        pass(Duration.ofMillis(500));
        assertThat(begunOf(30)).isEqualTo(5);
        pass(Duration.ofMinutes(5));
        assertThat(begunOf(30)).isEqualTo(10);
    }

    @Test
    void itIsToldAfterHowManySecondsARequestMayBegin() {
        limit(1, 1_000);
        assertThat(begunOf(1)).isEqualTo(1);

        assertThat(refused().retryAfter()).isEqualTo(Duration.ofSeconds(1));
        pass(Duration.ofMillis(999));
        assertThat(refused().retryAfter()).isEqualTo(Duration.ofSeconds(1));
        pass(Duration.ofMillis(1));
        assertThat(begunOf(2)).isEqualTo(1);
    }

    @Test
    void onlySoManyAreThereAtOnceAndARefusedOneDoesNotCount() {
        limit(1_000_000, 3);
        assertThat(begunOf(5)).isEqualTo(3);
        assertThat(limits.atOnce(TENANT)).isEqualTo(3);

        limits.ended(TENANT);

        assertThat(begunOf(5)).isEqualTo(1);
        IntStream.range(0, 3).forEach(i -> limits.ended(TENANT));
        assertThat(limits.atOnce(TENANT)).isZero();
    }

    @Test
    void whoIsPastItsRateHoldsNoPlace() {
        limit(2, 2);
        assertThat(begunOf(2)).isEqualTo(2);
        limits.ended(TENANT);
        limits.ended(TENANT);

        assertThat(refused()).hasMessageContaining("requestsPerSecond");
        assertThat(limits.atOnce(TENANT)).isZero();
    }

    @Test
    void othersAreNotHeldToIt() {
        limit(1, 1);
        assertThat(begunOf(2)).isEqualTo(1);

        IntStream.range(0, 100).forEach(i -> limits.begin(OTHER));

        assertThat(limits.atOnce(OTHER)).isEqualTo(100);
    }
}
