package dev.rhizome.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.database.DatabaseSettings;
import dev.rhizome.database.Notifications;
import dev.rhizome.database.Servers;
import dev.rhizome.tenancy.AccessChanges.Subject;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** What is believed of an answer of the database, and until when. */
class RememberedTest {

    private static final TenantId TENANT = new TenantId(new UUID(1, 2));
    private static final UUID KEY = new UUID(3, 4);
    private static final Subject SUBJECT = new Subject(TENANT, KEY.toString());

    private static final Duration SOON = Duration.ofMillis(300);

    private final AccessChanges changes =
            new AccessChanges(new Notifications(new Servers(DatabaseSettings.from(Map.of()))));
    private final Remembered<String, Integer> remembered = new Remembered<>(changes, 10);
    private final AtomicInteger lookUps = new AtomicInteger();

    @Test
    void isLookedUpOnce() {
        changes.isListening();

        assertThat(asked()).isEqualTo(1);
        assertThat(asked()).isEqualTo(1);
    }

    @Test
    void isLookedUpAgainAfterAChangeOfItsKeyOrTenant() {
        changes.isListening();
        assertThat(asked()).isEqualTo(1);

        changes.keyRevoked(KEY);
        assertThat(asked()).isEqualTo(2);
        changes.tenantRefused(TENANT);
        assertThat(asked()).isEqualTo(3);
        changes.tenantResumed(TENANT);
        assertThat(asked()).isEqualTo(4);
    }

    @Test
    void isBelievedAfterChangesOfOthers() {
        changes.isListening();
        assertThat(asked()).isEqualTo(1);

        changes.keyRevoked(new UUID(5, 6));
        changes.tenantRefused(new TenantId(new UUID(5, 6)));
        assertThat(asked()).isEqualTo(1);
    }

    @Test
    void isLookedUpAgainWhenChangesMayHaveBeenMissed() {
        changes.isListening();
        assertThat(asked()).isEqualTo(1);

        changes.isDeaf();
        changes.isListening();
        assertThat(asked()).isEqualTo(2);
    }

    @Test
    void isBelievedForASecondWhileOthersAreNotHeard() throws InterruptedException {
        assertThat(asked()).isEqualTo(1);
        assertThat(asked()).isEqualTo(1);

        Thread.sleep(1_050);
        assertThat(asked()).isEqualTo(2);
    }

    @Test
    void anAnswerIsNotBelievedThatWasOnItsWayWhenSomethingChanged() {
        changes.isListening();
        // The key is revoked after the database has read it, and before its answer is here.
        assertThat(asked(answer -> {
                    if (answer == 1) {
                        changes.keyRevoked(KEY);
                    }
                    return answer;
                }))
                .isEqualTo(2);
        assertThat(asked()).isEqualTo(2);
    }

    @Test
    void aRightThatWasLostBeforeSomebodyWaitsForItIsLost() {
        Mono<Void> loss = changes.lossOfRight(SUBJECT);
        changes.keyRevoked(KEY);

        assertThat(loss.blockOptional(SOON)).isEmpty();
    }

    @Test
    void aRightIsNotLostByChangesOfOthersNorWhenItsTenantGoesOn() {
        Mono<Boolean> loss = changes.lossOfRight(SUBJECT).thenReturn(true);
        changes.keyRevoked(new UUID(5, 6));

        assertThatThrownBy(() -> loss.block(SOON)).hasMessageContaining("Timeout");
        Mono<Boolean> later = changes.lossOfRight(SUBJECT).thenReturn(true);
        Disposable waiting = later.subscribe(lost -> lookUps.incrementAndGet());
        changes.tenantResumed(TENANT);
        assertThat(lookUps).hasValue(0);
        changes.tenantRefused(TENANT);
        assertThat(lookUps).hasValue(1);
        assertThat(waiting.isDisposed()).isTrue();
    }

    private int asked() {
        return asked(answer -> answer);
    }

    private int asked(Function<Integer, Integer> meanwhile) {
        return remembered
                .get("key", SUBJECT, Mono.fromSupplier(lookUps::incrementAndGet).map(meanwhile))
                .blockOptional()
                .orElseThrow();
    }
}
