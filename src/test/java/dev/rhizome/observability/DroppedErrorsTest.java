package dev.rhizome.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.timeout.ReadTimeoutException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** Which errors that nobody waits for are told. */
class DroppedErrorsTest {

    @Test
    void whatAClientCausesByGoingAwayIsNotAnError() {
        Exception cancelled =
                new R2dbcNonTransientResourceException("canceling statement due to user request", "57014");

        assertThat(DroppedErrors.level(ReadTimeoutException.INSTANCE)).isEqualTo(Level.DEBUG);
        assertThat(DroppedErrors.level(new SocketException("Connection reset by peer")))
                .isEqualTo(Level.DEBUG);
        assertThat(DroppedErrors.level(new ClosedChannelException())).isEqualTo(Level.DEBUG);
        assertThat(DroppedErrors.level(new IllegalStateException(cancelled))).isEqualTo(Level.DEBUG);
    }

    @Test
    void whateverElseIsDroppedIsAnError() {
        Exception full = new R2dbcNonTransientResourceException("could not extend file", "53100");

        assertThat(DroppedErrors.level(new IllegalStateException("a bug"))).isEqualTo(Level.ERROR);
        assertThat(DroppedErrors.level(full)).isEqualTo(Level.ERROR);
        assertThat(DroppedErrors.level(new IOException("No space left on device")))
                .isEqualTo(Level.ERROR);
    }
}
