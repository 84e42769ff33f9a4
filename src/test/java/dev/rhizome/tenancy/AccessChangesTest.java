package dev.rhizome.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.database.DatabaseSettings;
import dev.rhizome.database.Notifications;
import dev.rhizome.database.Servers;
import dev.rhizome.tenancy.AccessChanges.Subject;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;

/** What a change makes of what was looked up before it, and of answers that are under way. */
class AccessChangesTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final TenantId ACME = new TenantId(new UUID(1, 1));
    private static final TenantId OTHER = new TenantId(new UUID(2, 2));
    private static final UUID KEY = new UUID(3, 3);
    private static final Subject SUBJECT = new Subject(ACME, KEY.toString());
    private static final Subject ANOTHER_KEY = new Subject(ACME, new UUID(4, 4).toString());
    private static final Subject ANOTHER_TENANT = new Subject(OTHER, new UUID(5, 5).toString());

    /** Never listened to, so there need be no database. */
    private final AccessChanges changes =
            new AccessChanges(new Notifications(new Servers(DatabaseSettings.from(Map.of()))));

    @Test
    void aRevokedKeyChangesNothingButWhatIsKnownOfIt() {
        long before = changes.number();
        changes.keyRevoked(KEY);

        assertThat(changes.isUnchanged(SUBJECT, before)).isFalse();
        assertThat(changes.isUnchanged(SUBJECT, changes.number())).isTrue();
        assertThat(changes.isUnchanged(ANOTHER_KEY, before)).isTrue();
        assertThat(changes.isUnchanged(ANOTHER_TENANT, before)).isTrue();
    }

    @Test
    void aRefusedTenantChangesAllItsKeys() {
        long before = changes.number();
        changes.tenantRefused(ACME);

        assertThat(changes.isUnchanged(SUBJECT, before)).isFalse();
        assertThat(changes.isUnchanged(ANOTHER_KEY, before)).isFalse();
        assertThat(changes.isUnchanged(ANOTHER_TENANT, before)).isTrue();
    }

    @Test
    void nothingFromBeforeThisProcessListenedIsBelieved() {
        long before = changes.number();
        assertThat(changes.hearsOthers()).isFalse();

        changes.isListening();
        assertThat(changes.hearsOthers()).isTrue();
        assertThat(changes.isUnchanged(ANOTHER_TENANT, before)).isFalse();
        assertThat(changes.isUnchanged(ANOTHER_TENANT, changes.number())).isTrue();

        changes.isDeaf();
        assertThat(changes.hearsOthers()).isFalse();
    }

    private AtomicBoolean loss(Subject subject) {
        AtomicBoolean lost = new AtomicBoolean();
        Disposable waiting = changes.lossOfRight(subject).subscribe(nothing -> {}, error -> {}, () -> lost.set(true));
        assertThat(waiting).isNotNull();
        return lost;
    }

    @Test
    void answersOfARevokedKeyEndAndNoOthers() {
        AtomicBoolean own = loss(SUBJECT);
        AtomicBoolean others = loss(ANOTHER_KEY);

        changes.keyRevoked(KEY);

        assertThat(own).isTrue();
        assertThat(others).isFalse();
    }

    @Test
    void answersOfARefusedTenantEndAndOfAResumedOneGoOn() {
        AtomicBoolean own = loss(SUBJECT);
        AtomicBoolean others = loss(ANOTHER_TENANT);

        changes.tenantResumed(ACME);
        assertThat(own).isFalse();
        changes.tenantRefused(ACME);

        assertThat(own).isTrue();
        assertThat(others).isFalse();
    }

    /** The change may come between the look-up and the answer. */
    @Test
    void aRightThatWasLostBeforeSomebodyLooksIsLost() {
        var loss = changes.lossOfRight(SUBJECT);
        changes.keyRevoked(KEY);

        assertThat(loss.thenReturn(true).block(LIMIT)).isTrue();
    }

    @Test
    void whatWasLostBeforeTheRightBeganDoesNotEndIt() {
        changes.keyRevoked(KEY);

        assertThat(loss(SUBJECT)).isFalse();
    }

    @Test
    void whatAnotherProcessTellsCountsAsIfItHappenedHere() {
        AtomicBoolean key = loss(SUBJECT);
        AtomicBoolean tenant = loss(ANOTHER_TENANT);

        changes.hear("key " + KEY);
        assertThat(key).isTrue();
        assertThat(tenant).isFalse();

        long before = changes.number();
        changes.hear("resumed " + OTHER);
        assertThat(changes.isUnchanged(ANOTHER_TENANT, before)).isFalse();
        assertThat(tenant).isFalse();

        changes.hear("tenant " + OTHER);
        assertThat(tenant).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "key", "key ", "key none", "other 00000000-0000-0003-0000-000000000003", " "})
    void whatIsNotUnderstoodChangesNothing(String message) {
        long before = changes.number();

        changes.hear(message);

        assertThat(changes.number()).isEqualTo(before);
    }
}
