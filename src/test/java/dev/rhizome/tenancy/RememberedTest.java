package dev.rhizome.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.database.DatabaseSettings;
import dev.rhizome.database.Notifications;
import dev.rhizome.tenancy.AccessChanges.Subject;
import dev.rhizome.tenant.TenantId;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What is believed of an answer of the database, and until when. */
class RememberedTest {

    private static final TenantId TENANT = new TenantId(new UUID(1, 2));
    private static final UUID KEY = new UUID(3, 4);
    private static final Subject SUBJECT = new Subject(TENANT, KEY.toString());

    private final AccessChanges changes = new AccessChanges(new Notifications(DatabaseSettings.from(Map.of())));
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
        changes.tenantChanged(TENANT);
        assertThat(asked()).isEqualTo(3);
    }

    @Test
    void isBelievedAfterChangesOfOthers() {
        changes.isListening();
        assertThat(asked()).isEqualTo(1);

        changes.keyRevoked(new UUID(5, 6));
        changes.tenantChanged(new TenantId(new UUID(5, 6)));
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
