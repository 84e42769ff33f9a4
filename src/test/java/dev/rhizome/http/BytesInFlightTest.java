package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.rhizome.problem.Overloaded;
import dev.rhizome.problem.ShareExceeded;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.testing.Awaited;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** Sixteen bytes in all, ten of them at most for one tenant. */
class BytesInFlightTest {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final BytesInFlight bytes = bytes(LONG);
    private final List<String> admitted = new ArrayList<>();

    private static BytesInFlight bytes(Duration longestWait) {
        return new BytesInFlight(
                new InFlightProperties(DataSize.ofBytes(16), DataSize.ofBytes(10), longestWait), tenant -> 1);
    }

    private static TenantId tenant(String name) {
        return new TenantId(new UUID(0, name.charAt(0)));
    }

    @CanIgnoreReturnValue
    private Disposable await(String tenant, int wanted) {
        return bytes.await(tenant(tenant), wanted, () -> admitted.add(tenant + wanted))
                .subscribe();
    }

    @Test
    void whoFindsRoomDoesNotWait() {
        await("a", 10);
        await("b", 6);

        assertThat(admitted).containsExactly("a10", "b6");
        assertThat(bytes.total()).isEqualTo(16);
    }

    @Test
    void roomGoesToWhoCameFirstAndSmallRequestsDoNotPassALargeOne() {
        await("a", 10);
        await("b", 6);
        await("c", 9);
        await("d", 1);
        bytes.give(tenant("b"), 6);
        assertThat(admitted).containsExactly("a10", "b6");

        bytes.give(tenant("a"), 10);

        assertThat(admitted).containsExactly("a10", "b6", "c9", "d1");
    }

    @Test
    void whoseTenantHasTooMuchLetsOthersPass() {
        await("a", 9);
        await("a", 5);
        await("b", 5);
        assertThat(admitted).containsExactly("a9", "b5");

        bytes.give(tenant("a"), 9);

        assertThat(admitted).containsExactly("a9", "b5", "a5");
    }

    @Test
    void whoNeverFitsStandsInNobodysWay() {
        bytes.await(tenant("a"), 17, () -> admitted.add("too large"))
                .as(Awaited::create)
                .expectError(Overloaded.class)
                .verify(LIMIT);
        await("b", 16);

        assertThat(admitted).containsExactly("b16");
    }

    @Test
    void whoCancelsStandsInNobodysWay() {
        await("a", 10);
        Disposable large = await("b", 9);
        await("c", 4);
        large.dispose();

        assertThat(admitted).containsExactly("a10", "c4");
        assertThat(bytes.total()).isEqualTo(14);
    }

    @Test
    void whoWaitsTooLongIsToldWhoseBytesAreInItsWay() {
        BytesInFlight impatient = bytes(Duration.ofMillis(20));
        assertThat(impatient.take(tenant("a"), 8)).isNull();
        assertThat(impatient.take(tenant("b"), 8)).isNull();

        impatient
                .await(tenant("a"), 3, () -> {})
                .as(Awaited::create)
                .expectError(ShareExceeded.class)
                .verify(LIMIT);
        impatient
                .await(tenant("c"), 3, () -> {})
                .as(Awaited::create)
                .expectError(Overloaded.class)
                .verify(LIMIT);

        impatient.give(tenant("a"), 8);
        impatient.give(tenant("b"), 8);
        assertThat(impatient.total()).isZero();
    }

    @Test
    void roomGoesToWhoHoldsTheLeastForItsWeight() {
        BytesInFlight weighted = new BytesInFlight(
                new InFlightProperties(DataSize.ofBytes(16), DataSize.ofBytes(10), LONG),
                tenant -> tenant.equals(tenant("h")) ? 4 : 1);
        assertThat(weighted.take(tenant("a"), 4)).isNull();
        assertThat(weighted.take(tenant("h"), 12)).isNull(); // more than one of weight 1 may hold
        Disposable first =
                weighted.await(tenant("a"), 2, () -> admitted.add("a")).subscribe();
        Disposable second =
                weighted.await(tenant("h"), 2, () -> admitted.add("h")).subscribe();

        weighted.give(tenant("h"), 2);

        assertThat(admitted).containsExactly("h"); // 10 of weight 4 against 4 of weight 1
        weighted.give(tenant("h"), 2);
        assertThat(admitted).containsExactly("h", "a");
        first.dispose();
        second.dispose();
    }

    @Test
    void whatIsAdmittedAfterTheRequestIsOverIsGivenBack() {
        BytesInFlight roomy = new BytesInFlight(
                new InFlightProperties(DataSize.ofMegabytes(1), DataSize.ofMegabytes(1), LONG), tenant -> 1);
        assertThat(roomy.take(tenant("a"), DataSize.ofMegabytes(1).toBytes())).isNull();
        ByteShare share = new ByteShare(roomy);
        share.belongsTo(tenant("b"));
        ByteShare.reserving(100_000, Mono.empty()).contextWrite(share::in).subscribe();
        share.close();

        roomy.give(tenant("a"), DataSize.ofMegabytes(1).toBytes());

        assertThat(roomy.total()).isZero();
    }
}
