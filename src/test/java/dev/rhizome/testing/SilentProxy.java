package dev.rhizome.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands between the service and a server, and can fall silent: connections stay open and nothing passes any more, as where
 * a network has gone away without a word.
 */
public final class SilentProxy implements AutoCloseable {

    private final ServerSocket listener;
    private final String host;
    private final int port;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<Socket> silenced = new CopyOnWriteArrayList<>();
    private volatile boolean silent;

    /** Passes everything on to {@code host} and {@code port}. */
    public SilentProxy(String host, int port) {
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

    /** Passes nothing on any more on the connections that are open now; those made later work. */
    public void silenceOpenConnections() {
        List<Socket> open = List.copyOf(sockets);
        sockets.clear();
        silenced.addAll(open);
    }

    /** Passes nothing on any more, not on connections that are made later either. */
    public void silence() {
        silent = true;
        silenceOpenConnections();
    }

    /** Passes on what comes over connections that are made from now on. */
    public void recover() {
        silent = false;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Socket server = new Socket(host, port);
                (silent ? silenced : sockets).addAll(List.of(client, server));
                Thread.ofVirtual().start(() -> pass(client, server));
                Thread.ofVirtual().start(() -> pass(server, client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void pass(Socket from, Socket to) {
        byte[] buffer = new byte[8192];
        try {
            int read = from.getInputStream().read(buffer);
            while (read >= 0) {
                if (!silenced.contains(from)) {
                    to.getOutputStream().write(buffer, 0, read);
                    to.getOutputStream().flush();
                }
                read = from.getInputStream().read(buffer);
            }
            if (!silenced.contains(from)) {
                to.close();
            }
        } catch (IOException closed) {
            close(to);
        }
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
        sockets.forEach(SilentProxy::close);
        silenced.forEach(SilentProxy::close);
    }
}
