package dev.rhizome.testing;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Predicate;

/** A connection that sends and reads what and when a test wants, well-formed or not. */
public final class RawConnection implements AutoCloseable {

    private static final int SMALL_WINDOW = 4096;

    private final Socket socket;

    private RawConnection(Socket socket) {
        this.socket = socket;
    }

    /** Connects to a service on this machine, with a small receive window. */
    public static RawConnection to(int port) {
        try {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(SMALL_WINDOW);
            socket.connect(new InetSocketAddress("localhost", port));
            return new RawConnection(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends {@code text} as it is. */
    @CanIgnoreReturnValue
    public RawConnection send(String text) {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Up to {@code most} bytes that come within {@code limit}; empty where the server has closed the connection. */
    public byte[] read(int most, Duration limit) {
        try {
            socket.setSoTimeout((int) limit.toMillis());
            return socket.getInputStream().readNBytes(most);
        } catch (SocketException reset) {
            return new byte[0];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What comes, line by line.
     *
     * @param limit longest wait for more
     */
    public BufferedReader reader(Duration limit) throws IOException {
        socket.setSoTimeout((int) limit.toMillis());
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * All that comes until the server closes the connection.
     *
     * @param limit longest wait for more
     */
    public String readToEnd(Duration limit) {
        return readUntil(all -> false, limit);
    }

    /**
     * All that comes until {@code text} is among it, or the server closes the connection.
     *
     * @param limit longest wait for more
     */
    public String readUntil(String text, Duration limit) {
        return readUntil(all -> all.contains(text), limit);
    }

    private String readUntil(Predicate<String> isEnough, Duration limit) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[64 * 1024];
        try {
            socket.setSoTimeout((int) limit.toMillis());
            int read = socket.getInputStream().read(buffer);
            while (read >= 0) {
                all.write(buffer, 0, read);
                if (isEnough.test(all.toString(StandardCharsets.UTF_8))) {
                    break;
                }
                read = socket.getInputStream().read(buffer);
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection is still open after " + limit + ", and gave " + all, e);
        } catch (SocketException reset) {
            return all.toString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
