package dev.rhizome.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands in front of several processes as a load balancer does: a new connection goes to the next one whose readiness is 200, and
 * to another where it cannot be made. What is sent over a connection is sent once.
 */
public final class ReadyProxy implements AutoCloseable {

    private static final int LOOK_AGAIN_MILLIS = 100;

    private final ServerSocket listener;
    private final List<Integer> ports;
    private final Set<Integer> ready = ConcurrentHashMap.newKeySet();
    private final AtomicInteger turn = new AtomicInteger();

    /** Passes on to {@code ports} of this machine. */
    public ReadyProxy(List<Integer> ports) {
        this.ports = ports;
        try {
            this.listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ports.forEach(port -> Thread.ofVirtual().start(() -> look(port)));
        Thread.ofVirtual().start(this::accept);
    }

    /** Where it listens. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Waits until it passes connections on to {@code port}. */
    public void awaitReady(int port) throws InterruptedException {
        while (!ready.contains(port)) {
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
        }
    }

    private void look(int port) {
        try {
            while (!listener.isClosed()) {
                if (isReady(port)) {
                    ready.add(port);
                } else {
                    ready.remove(port);
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isReady(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(2_000);
            socket.getOutputStream()
                    .write("GET /actuator/health/readiness HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            byte[] status = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
            return new String(status, java.nio.charset.StandardCharsets.US_ASCII).endsWith(" 200");
        } catch (IOException notThere) {
            return false;
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        for (int tries = 0; tries < 4 * ports.size(); tries++) {
            int port = ports.get(Math.floorMod(turn.getAndIncrement(), ports.size()));
            if (ready.contains(port) && pass(client, port)) {
                return;
            }
        }
        close(client);
    }

    private static boolean pass(Socket client, int port) {
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
            Thread.ofVirtual().start(() -> copy(server, client));
            copy(client, server);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    /** Until one side ends, which ends the other. */
    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException over) {
            close(from);
        }
        close(to);
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
    }
}
