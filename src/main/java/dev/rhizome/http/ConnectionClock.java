package dev.rhizome.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a connection that takes longer than it may: for a header, for more of a body, for the next request, or for taking
 * what is ready for it. Time during which the service itself does not read or has nothing to write does not count.
 *
 * <p>It stands in front of the codec, where it sees bytes; {@link Messages} stands behind it and tells where requests and
 * answers begin and end. All of it runs on the connection's event loop.
 */
final class ConnectionClock extends ChannelDuplexHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionClock.class);
    private static final Duration SHORTEST_TICK = Duration.ofMillis(50);
    private static final Duration LONGEST_TICK = Duration.ofSeconds(5);

    /** What the client is sending. */
    private enum Receiving {
        NOTHING,
        HEADER,
        BODY
    }

    private final ConnectionProperties limits;
    private final long tickNanos;
    private @Nullable ScheduledFuture<?> tick;
    private Receiving receiving = Receiving.NOTHING;
    private int openRequests;
    private boolean isReading;
    private boolean isInterrupted;
    private long receivingSince = System.nanoTime();
    private long writtenSince = receivingSince;
    private long queuedBytes;
    private long writtenBytes;

    /** Holds a connection to {@code limits}. */
    ConnectionClock(ConnectionProperties limits) {
        this.limits = limits;
        Duration quarter = limits.shortest().dividedBy(4);
        Duration least = quarter.compareTo(SHORTEST_TICK) < 0 ? SHORTEST_TICK : quarter;
        this.tickNanos = (least.compareTo(LONGEST_TICK) > 0 ? LONGEST_TICK : least).toNanos();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        schedule(context);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        ScheduledFuture<?> last = tick;
        if (last != null) {
            last.cancel(false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        isReading = false;
        if (receiving == Receiving.NOTHING) {
            receiving = Receiving.HEADER;
            receivingSince = System.nanoTime();
        }
        context.fireChannelRead(message);
    }

    @Override
    public void read(ChannelHandlerContext context) {
        if (receiving == Receiving.BODY && !isReading) {
            isReading = true;
            receivingSince = System.nanoTime();
        }
        context.read();
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes) {
            queuedBytes += bytes.readableBytes();
        }
        ChannelFuture unused = context.write(message, promise);
    }

    private void schedule(ChannelHandlerContext context) {
        tick = context.executor().schedule(() -> tick(context), tickNanos, TimeUnit.NANOSECONDS);
    }

    private void tick(ChannelHandlerContext context) {
        if (!context.channel().isActive()) {
            return;
        }
        long now = System.nanoTime();
        String late = late(context, now);
        if (late == null) {
            schedule(context);
        } else if (late.equals("body") && openRequests > 0 && !isInterrupted) {
            isInterrupted = true; // the request fails, and may still be answered; the next time it is closed
            receivingSince = now;
            schedule(context);
            context.fireExceptionCaught(ReadTimeoutException.INSTANCE);
        } else {
            LOG.atDebug()
                    .addKeyValue("event", "connection-closed")
                    .addKeyValue("late", late)
                    .log("too slow");
            ChannelFuture unused = context.close();
        }
    }

    private @Nullable String late(ChannelHandlerContext context, long now) {
        if (isStalled(context, now)) {
            return "write";
        }
        return switch (receiving) {
            case NOTHING -> openRequests == 0 && isOver(limits.idleTimeout(), receivingSince, now) ? "idle" : null;
            case HEADER -> openRequests == 0 && isOver(limits.headerTimeout(), receivingSince, now) ? "header" : null;
            case BODY -> isReading && isOver(limits.bodyTimeout(), receivingSince, now) ? "body" : null;
        };
    }

    private boolean isStalled(ChannelHandlerContext context, long now) {
        ChannelOutboundBuffer outbound = context.channel().unsafe().outboundBuffer();
        long left = outbound == null ? 0 : outbound.totalPendingWriteBytes() - outbound.currentProgress();
        long written = queuedBytes - left;
        if (left <= 0 || written - writtenBytes >= limits.leastRead().toBytes()) {
            writtenBytes = written;
            writtenSince = now;
            return false;
        }
        return isOver(limits.writeTimeout(), writtenSince, now);
    }

    private static boolean isOver(Duration limit, long since, long now) {
        return now - since > limit.toNanos();
    }

    /** Tells where messages begin and end. */
    final class Messages extends ChannelDuplexHandler {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest) {
                openRequests++;
                receiving = Receiving.BODY;
                isInterrupted = false;
            }
            if (message instanceof LastHttpContent) {
                receiving = Receiving.NOTHING;
                receivingSince = System.nanoTime();
            }
            context.fireChannelRead(message);
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            boolean isInterim = message instanceof HttpResponse response
                    && response.status().codeClass() == io.netty.handler.codec.http.HttpStatusClass.INFORMATIONAL;
            if (message instanceof LastHttpContent && !isInterim) {
                openRequests = Math.max(0, openRequests - 1);
                receivingSince = receiving == Receiving.NOTHING ? System.nanoTime() : receivingSince;
            }
            ChannelFuture unused = context.write(message, promise);
        }
    }
}
