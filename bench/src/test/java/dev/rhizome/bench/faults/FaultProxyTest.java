package dev.rhizome.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.bench.faults.FaultProxy.Harm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each harm does to a connection, seen from both ends. */
class FaultProxyTest {

    private static final int LIMIT_MS = 5_000;
    private static final String WORDS = "a message that is long enough";
    private static final int PART = 3;
    /** Harms every connection. */
    private static final RandomGenerator ALL = new Random() {

        private static final long serialVersionUID = 1L;

        @Override
        public int nextInt(int bound) {
            return Math.min(PART, bound / 20);
        }

        @Override
        public boolean nextBoolean() {
            return true;
        }
    };

    private final ServerSocket listener = listen();
    private final FaultProxy proxy = new FaultProxy(listener.getLocalPort());
    private Socket client = new Socket();
    private Socket server = new Socket();

    private static ServerSocket listen() {
        try {
            return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @BeforeEach
    void connect() throws IOException {
        client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        server = listener.accept();
        client.setSoTimeout(LIMIT_MS);
        server.setSoTimeout(LIMIT_MS);
        send(client);
        assertThat(received(server)).isEqualTo(WORDS);
        send(server);
        assertThat(received(client)).isEqualTo(WORDS);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
        proxy.close();
        listener.close();
    }

    @Test
    void aCutResetsBothEnds() {
        proxy.harm(Harm.CUT, ALL);

        assertThatThrownBy(() -> received(client)).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> received(server)).isInstanceOf(SocketException.class);
    }

    @Test
    void ofATruncatedMessageAPartArrivesAndThenTheConnectionIsReset() throws IOException {
        proxy.harm(Harm.TRUNCATE, ALL);
        send(client);

        byte[] part = server.getInputStream().readNBytes(PART);
        assertThat(new String(part, StandardCharsets.US_ASCII)).isEqualTo(WORDS.substring(0, PART));
        assertThatThrownBy(() -> received(server)).isInstanceOf(SocketException.class);
    }

    @Test
    void aHalfClosedConnectionEndsOneWayOnly() throws IOException {
        proxy.harm(Harm.HALF_CLOSE_TO_SERVER, ALL);

        assertThat(server.getInputStream().read()).isEqualTo(-1);
        send(server);
        assertThat(received(client)).isEqualTo(WORDS);
    }

    @Test
    void whatIsStalledComesWhenItIsHealed() throws IOException {
        proxy.harm(Harm.STALL, ALL);
        send(client);
        server.setSoTimeout(200);
        assertThatThrownBy(() -> received(server)).isInstanceOf(SocketTimeoutException.class);

        proxy.heal();

        server.setSoTimeout(LIMIT_MS);
        assertThat(received(server)).isEqualTo(WORDS);
    }

    @Test
    void whoIsRefusedIsResetUntilItIsHealed() throws IOException {
        proxy.harm(Harm.REFUSE, ALL);
        try (Socket refused = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            refused.setSoTimeout(LIMIT_MS);
            assertThatThrownBy(() -> received(refused)).isInstanceOf(SocketException.class);
        }

        proxy.heal();
        close();
    }

    private static void send(Socket from) throws IOException {
        from.getOutputStream().write(WORDS.getBytes(StandardCharsets.US_ASCII));
        from.getOutputStream().flush();
    }

    private static String received(Socket to) throws IOException {
        return new String(to.getInputStream().readNBytes(WORDS.length()), StandardCharsets.US_ASCII);
    }
}
