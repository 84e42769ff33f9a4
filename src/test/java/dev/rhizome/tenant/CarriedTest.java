package dev.rhizome.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.problem.TenantMissing;
import dev.rhizome.problem.TimedOut;
import dev.rhizome.problem.Unauthenticated;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

/** What a pipeline carries: its tenant, its actor, its right and its deadline. */
class CarriedTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final TenantId ACME = new TenantId(new UUID(1, 1));
    private static final TenantId OTHER = new TenantId(new UUID(2, 2));

    @Test
    void theTenantIsTheOneThatWasSetAndAnErrorWhereNobodySetOne() {
        assertThat(TenantContext.current().contextWrite(TenantContext.of(ACME)).block(LIMIT))
                .isEqualTo(ACME);
        TenantContext.current()
                .as(StepVerifier::create)
                .expectError(TenantMissing.class)
                .verify(LIMIT);
    }

    @Test
    void theActorIsTheOneThatWasSetAndAnErrorWhereNobodySetOne() {
        Actor job = Actor.job("upkeep");

        assertThat(Actor.current().contextWrite(job.context()).block(LIMIT)).isEqualTo(job);
        assertThat(job.role()).isEqualTo("service");
        assertThat(job.requestId()).isNull();
        Actor.current()
                .as(StepVerifier::create)
                .expectError(IllegalStateException.class)
                .verify(LIMIT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1-1-1-1-1",
                "018f6b1e-7c3a-7d1e-9b1f-0a1b2c3d4e5",
                "018f6b1e7c3a7d1e9b1f0a1b2c3d4e5f",
                "018f6b1e-7c3a-7d1e-9b1f-0a1b2c3d4e5g",
                " 018f6b1e-7c3a-7d1e-9b1f-0a1b2c3d4e5f"
            })
    void whatIsNoUuidNamesNoTenant(String text) {
        assertThatThrownBy(() -> TenantId.parse("id", text))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("id: not a UUID");
    }

    @Test
    void aTenantIsNamedByTheTextOfItsUuidInEitherCase() {
        String text = "018f6b1e-7c3a-7d1e-9b1f-0a1b2c3d4e5f";

        assertThat(TenantId.parse("id", text)).hasToString(text);
        assertThat(TenantId.parse("id", text.toUpperCase(java.util.Locale.ROOT)))
                .hasToString(text);
    }

    @Test
    void aRightIsLostWhenItEndsAndNeverWhereThereIsNone() {
        Sinks.Empty<Void> end = Sinks.empty();

        Authority.lost()
                .contextWrite(Authority.until(end.asMono()).context())
                .as(StepVerifier::create)
                .expectSubscription()
                .then(() -> assertThat(end.tryEmitEmpty()).isEqualTo(Sinks.EmitResult.OK))
                .expectError(Unauthenticated.class)
                .verify(LIMIT);
        Authority.lost()
                .as(StepVerifier::create)
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(20))
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    void aDeadlinePassesAndNeverWhereThereIsNone() {
        Deadline soon = Deadline.in(Duration.ofMillis(30));

        assertThat(soon.remaining()).isBetween(Duration.ofMillis(1), Duration.ofMillis(30));
        Deadline.passed()
                .contextWrite(soon.context())
                .as(StepVerifier::create)
                .expectError(TimedOut.class)
                .verify(LIMIT);
        assertThat(soon.remaining()).isEqualTo(Duration.ofMillis(1));
        assertThat(Deadline.of(Context.empty())).isNull();
        assertThat(Deadline.of(soon.context())).isSameAs(soon);
        Deadline.passed()
                .as(StepVerifier::create)
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(20))
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    void whatTheDatabaseSawIsOneTenantOrNone() {
        SeenTenant seen = new SeenTenant();
        assertThat(seen.only()).isNull();
        assertThat(seen.contradicts(ACME)).isFalse();

        SeenTenant.note(seen.context(), ACME);
        SeenTenant.note(seen.context(), ACME);
        assertThat(seen.only()).isEqualTo(ACME);
        assertThat(seen.contradicts(ACME)).isFalse();
        assertThat(seen.contradicts(OTHER)).isTrue();

        SeenTenant.note(seen.context(), OTHER);
        SeenTenant.note(seen.context(), ACME);
        assertThat(seen.only()).isNull();
        assertThat(seen.contradicts(ACME)).isTrue();
    }

    /** Jobs are no request's; noting must not fail there. */
    @Test
    void nothingIsNotedWhereNobodyAsksForIt() {
        SeenTenant.note(Context.empty(), ACME);

        assertThat(Mono.deferContextual(context -> Mono.just(context.isEmpty())).block(LIMIT))
                .isTrue();
    }
}
