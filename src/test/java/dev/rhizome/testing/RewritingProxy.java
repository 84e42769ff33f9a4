package dev.rhizome.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands between the service and the database, and can put one text in the place of another of the same length in all that the
 * service sends. With the ids of two tenants it makes the server see the wrong one, in settings and in values alike, so that
 * the server itself keeps nothing back.
 */
public final class RewritingProxy implements AutoCloseable {

    private record Rule(String text, String instead) {}

    private final ServerSocket listener;
    private final String host;
    private final int port;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile Rule rule = new Rule("-", "-");

    /** Passes everything on to {@code host} and {@code port}. */
    public RewritingProxy(String host, int port) {
        this.host = host;
        this.port = port;
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /** Where it listens. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Puts {@code instead} in the place of {@code text} from now on. */
    public void replace(String text, String instead) {
        if (text.length() != instead.length()) {
            throw new IllegalArgumentException("messages say their length");
        }
        rule = new Rule(text, instead);
    }

    /** Changes nothing any more. */
    public void passOn() {
        replace("-", "-");
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Socket server = new Socket(host, port);
                sockets.addAll(List.of(client, server));
                Thread.ofVirtual().start(() -> pass(client, server, true));
                Thread.ofVirtual().start(() -> pass(server, client, false));
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** What is replaced must not be cut by the end of a read: the small statements of the tests are read as they are sent. */
    private void pass(Socket from, Socket to, boolean isOfClient) {
        byte[] buffer = new byte[64 * 1024];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int read = in.read(buffer);
            while (read >= 0) {
                String text = new String(buffer, 0, read, StandardCharsets.ISO_8859_1);
                out.write((isOfClient ? rewritten(text) : text).getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
                read = in.read(buffer);
            }
            to.close();
        } catch (IOException closed) {
            close(to);
        }
    }

    private String rewritten(String sent) {
        Rule now = rule;
        return sent.replace(now.text(), now.instead());
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        sockets.forEach(RewritingProxy::close);
    }
}
