package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class LoggedFailureTest {

    private static final String SAID = "what the request said";

    @Test
    void noMessageOfAFailureOrItsCausesIsLogged() {
        IllegalStateException failure = new IllegalStateException(SAID, new IllegalArgumentException(SAID));
        failure.addSuppressed(new IllegalStateException("HTTP GET \"/v1/search?q=" + SAID + "\""));

        String logged = printed(LoggedFailure.of(failure));

        assertThat(logged)
                .doesNotContain(SAID)
                .contains("java.lang.IllegalStateException", "java.lang.IllegalArgumentException")
                .contains("LoggedFailureTest.noMessageOfAFailureOrItsCausesIsLogged");
    }

    @Test
    void aRingOfCausesEnds() {
        IllegalStateException first = new IllegalStateException(SAID);
        first.initCause(new IllegalStateException(SAID, first));

        assertThat(printed(LoggedFailure.of(first))).contains("java.lang.IllegalStateException");
    }

    private static String printed(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
