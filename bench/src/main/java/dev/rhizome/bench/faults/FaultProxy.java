package dev.rhizome.bench.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Stands between a service and its database, on the loopback address, and does to their connections what networks do: passes
 * everything on, until it is told to do harm.
 */
public final class FaultProxy implements AutoCloseable {

    /** What is done to connections. */
    public enum Harm {
        /** They are reset. */
        CUT,
        /** Of the next bytes one way, only a part arrives; then they are reset. */
        TRUNCATE,
        /** The server is told that the client has nothing more to say, the other way stays open. */
        HALF_CLOSE_TO_SERVER,
        /** The client is told that the server has nothing more to say, the other way stays open. */
        HALF_CLOSE_TO_CLIENT,
        /** Until it is healed, all bytes come late. */
        DELAY,
        /** Until it is healed, nothing passes, and nobody is told. */
        STALL,
        /** They are reset, and until it is healed, new ones too. */
        REFUSE
    }

    private static final int LONGEST_DELAY_MS = 150;
    private static final int BACKLOG = 200;
    private static final int BUFFER = 16_384;
    private static final int LARGEST_PART = 64;
    private static final int HARMED_OF_TEN = 7;

    private final ServerSocket listener;
    private final int target;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private volatile Duration delay = Duration.ZERO;
    private volatile boolean refusing;
    private volatile CountDownLatch open = new CountDownLatch(0);

    /** Passes everything on to {@code target}, a port of the loopback address. */
    public FaultProxy(int target) {
        this.target = target;
        try {
            this.listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread unused = Thread.ofVirtual().name("fault-proxy").start(this::accept);
    }

    /** Where it listens. */
    public int port() {
        return listener.getLocalPort();
    }

    /** How many connections pass through it. */
    public int connections() {
        return links.size();
    }

    /** Harms most of the connections that are open, drawn by {@code random}, and with some harms those made until {@link #heal}. */
    public void harm(Harm harm, RandomGenerator random) {
        switch (harm) {
            case DELAY -> delay = Duration.ofMillis(1 + random.nextInt(LONGEST_DELAY_MS));
            case STALL -> open = new CountDownLatch(1);
            case REFUSE -> {
                refusing = true;
                links.forEach(Link::cut);
            }
            case CUT, TRUNCATE, HALF_CLOSE_TO_SERVER, HALF_CLOSE_TO_CLIENT -> {
                List<Link> harmed = links.stream()
                        .filter(link -> random.nextInt(10) < HARMED_OF_TEN)
                        .toList();
                harmed.forEach(link -> harm(link, harm, random));
            }
        }
    }

    private static void harm(Link link, Harm harm, RandomGenerator random) {
        switch (harm) {
            case TRUNCATE -> link.truncate(random.nextBoolean(), random.nextInt(LARGEST_PART));
            case HALF_CLOSE_TO_SERVER -> halfClose(link.server);
            case HALF_CLOSE_TO_CLIENT -> halfClose(link.client);
            default -> link.cut();
        }
    }

    /** Ends what goes on. What was reset stays so. */
    public void heal() {
        delay = Duration.ZERO;
        refusing = false;
        open.countDown();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                connect(listener.accept());
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        try {
            if (refusing) {
                reset(client);
                return;
            }
            Link link = new Link(client, new Socket(InetAddress.getLoopbackAddress(), target));
            links.add(link);
            Thread unusedThere = Thread.ofVirtual().start(() -> pass(link, client, link.server, true));
            Thread unusedBack = Thread.ofVirtual().start(() -> pass(link, link.server, client, false));
        } catch (IOException noServer) {
            reset(client);
        }
    }

    private void pass(Link link, Socket from, Socket to, boolean toServer) {
        byte[] buffer = new byte[BUFFER];
        try {
            OutputStream out = to.getOutputStream();
            for (int read = from.getInputStream().read(buffer);
                    read >= 0;
                    read = from.getInputStream().read(buffer)) {
                open.await();
                TimeUnit.NANOSECONDS.sleep(delay.toNanos());
                int part = link.part(toServer);
                out.write(buffer, 0, part < 0 ? read : Math.min(part, read - 1));
                out.flush();
                if (part >= 0) {
                    link.cut();
                }
            }
            link.ended(to);
        } catch (IOException broken) {
            link.cut();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void halfClose(Socket socket) {
        try {
            socket.shutdownOutput();
        } catch (IOException closed) {
            reset(socket);
        }
    }

    /** As a machine does that knows nothing of a connection any more. */
    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        heal();
        links.forEach(Link::cut);
    }

    /** A connection of the service, and the one to the server that belongs to it. */
    private final class Link {

        private final Socket client;
        private final Socket server;
        private volatile int partToServer = -1;
        private volatile int partToClient = -1;
        private boolean oneEnded;

        Link(Socket client, Socket server) throws IOException {
            this.client = client;
            this.server = server;
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        }

        void truncate(boolean toServer, int part) {
            if (toServer) {
                partToServer = part;
            } else {
                partToClient = part;
            }
        }

        /** How many of the next bytes pass that way; -1 for all. */
        int part(boolean toServer) {
            return toServer ? partToServer : partToClient;
        }

        synchronized void ended(Socket to) {
            halfClose(to);
            if (oneEnded) {
                cut();
            }
            oneEnded = true;
        }

        void cut() {
            links.remove(this);
            try {
                reset(client);
                reset(server);
            } catch (UncheckedIOException closed) {
                return; // by the other direction
            }
        }
    }
}
