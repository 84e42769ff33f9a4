package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.problem.Overloaded;
import dev.rhizome.problem.TimedOut;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What a state of the database's means for whoever asked. */
class SqlErrorsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "08000", "08001", "08003", "08004", "08006", "08P01", // the connection
                "53000", "53100", "53200", "53300", "53400", // the disk, memory, connections
                "57000", "57P01", "57P02", "57P03", "57P04", "57P05", // an operator, or a crash
                "58000", "58030", "58P01", "58P02", // files
                "25006", // a server that has become a standby
                "40001", "40P01"
            })
    void whatPassesIsToBeAskedAgain(String state) {
        assertThat(translated(state)).isInstanceOf(Overloaded.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"57014", "55P03", "25P03", "25P04"})
    void whatTookTooLongIsTimedOut(String state) {
        assertThat(translated(state)).isInstanceOf(TimedOut.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"22001", "22P02", "42601", "42P01", "25P02", "XX000", "XX001"})
    void whatIsABugStaysAnError(String state) {
        assertThat(translated(state)).isInstanceOf(R2dbcNonTransientResourceException.class);
    }

    @Test
    void anErrorOfTheDriverWithoutAStateIsToBeAskedAgain() {
        assertThat(SqlErrors.translate(new R2dbcNonTransientResourceException("closed")))
                .isInstanceOf(Overloaded.class);
    }

    @ParameterizedTest
    @CsvSource({
        "23505, Conflict",
        "23503, InvalidRequest",
        "23514, InvalidRequest",
        "42501, Refused",
        "RZ001, OptimisticLockConflict",
        "RZ002, Conflict",
        "RZ003, Refused"
    })
    void whatTheCallerDidIsItsProblem(String state, String problem) {
        assertThat(translated(state).getClass().getSimpleName()).isEqualTo(problem);
    }

    @Test
    void aPoolWithoutAConnectionIsToBeAskedAgainAndSilenceIsNotKnownToBeNothing() {
        assertThat(SqlErrors.translate(new R2dbcTimeoutException("none free"))).isInstanceOf(Overloaded.class);
        assertThat(SqlErrors.translate(new TimeoutException("silent"))).isInstanceOf(TimedOut.class);
        IllegalStateException ours = new IllegalStateException("ours");
        assertThat(SqlErrors.translate(ours)).isSameAs(ours);
    }

    /** A part of a batch may be written where its items are at fault, and only then. */
    @ParameterizedTest
    @CsvSource({"22001, true", "23505, true", "54000, true", "42601, false", "40001, false", "08006, false"})
    void onlyDataIsTheItemsFault(String state, boolean isTheirs) {
        assertThat(SqlErrors.isCausedByData(new R2dbcNonTransientResourceException("told", state)))
                .isEqualTo(isTheirs);
    }

    @Test
    void whatIsMissingIsToldApart() {
        R2dbcException reference = new R2dbcNonTransientResourceException("told", "23503");
        R2dbcException table = new R2dbcNonTransientResourceException("told", "42P01");

        assertThat(SqlErrors.isMissingReference(reference)).isTrue();
        assertThat(SqlErrors.isMissingReference(table)).isFalse();
        assertThat(SqlErrors.isMissingTable(table)).isTrue();
        assertThat(SqlErrors.isMissingTable(reference)).isFalse();
        assertThat(SqlErrors.isCausedByData(new IllegalStateException())).isFalse();
        assertThat(SqlErrors.isMissingReference(new IllegalStateException())).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"40001, 4", "40P01, 4", "23505, 1"})
    void aLostConflictIsTriedAgainAndNothingElse(String state, int attempts) {
        AtomicInteger tried = new AtomicInteger();

        Mono.error(() -> {
                    tried.incrementAndGet();
                    return new R2dbcNonTransientResourceException("told", state);
                })
                .retryWhen(SqlErrors.retryOfWholeTransaction(3))
                .as(StepVerifier::create)
                .expectErrorMessage("told")
                .verify(Duration.ofSeconds(5));

        assertThat(tried).hasValue(attempts);
    }

    private static Throwable translated(String state) {
        return SqlErrors.translate(new R2dbcNonTransientResourceException("told", state));
    }
}
