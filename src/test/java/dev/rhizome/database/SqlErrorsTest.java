package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.problem.Overloaded;
import dev.rhizome.problem.TimedOut;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    private static Throwable translated(String state) {
        return SqlErrors.translate(new R2dbcNonTransientResourceException("told", state));
    }
}
