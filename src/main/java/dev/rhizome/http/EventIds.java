package dev.rhizome.http;

import dev.rhizome.http.ResumeTokens.Position;
import dev.rhizome.problem.Conflict;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Numbers the events of one stream, and leaves out those that its reader has from before it broke. */
final class EventIds {

    private final ResumeTokens tokens;
    private final String scope;
    private final @Nullable Position resumed;
    private final Function<StreamEvent, byte[]> identity;
    private byte[] chain = new byte[ResumeTokens.CHAIN_BYTES];
    private int events;
    private @Nullable String last;

    /**
     * The ids of one stream.
     *
     * @param scope tenant and request
     * @param resumed where the reader has come to, null at the beginning
     * @param identity of an event that does not say it itself
     */
    EventIds(ResumeTokens tokens, String scope, @Nullable Position resumed, Function<StreamEvent, byte[]> identity) {
        this.tokens = tokens;
        this.scope = scope;
        this.resumed = resumed;
        this.identity = identity;
    }

    /**
     * What of {@code stage} the reader has not had yet.
     *
     * @throws Conflict where what it has had is not what comes now
     */
    List<Numbered> unread(List<StreamEvent> stage) {
        List<Numbered> unread = new ArrayList<>(stage.size());
        for (StreamEvent event : stage) {
            advance(event);
            if (resumed == null || events > resumed.events()) {
                boolean isLast = event.name().equals(StreamEvent.DONE);
                String id = tokens.token(scope, new Position(events, chain, isLast));
                unread.add(new Numbered(event, id));
                last = id;
            } else if (events == resumed.events() && !Arrays.equals(chain, resumed.chain())) {
                throw changed();
            }
        }
        return unread;
    }

    /**
     * An event with its id.
     *
     * @param event the event
     * @param id opaque
     */
    record Numbered(StreamEvent event, String id) {}

    /** The id of the last event that was given; null before the first. */
    @Nullable
    String last() {
        return last;
    }

    /** Whether the stream ended before the place that its reader had come to. */
    boolean isCutShort() {
        return resumed != null && events < resumed.events();
    }

    static Conflict changed() {
        return new Conflict("the answer has changed since the stream broke; ask again without Last-Event-ID");
    }

    private void advance(StreamEvent event) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(chain);
            sha.update(event.name().getBytes(StandardCharsets.UTF_8));
            sha.update((byte) 0);
            String known = event.identity();
            sha.update(known == null ? identity.apply(event) : known.getBytes(StandardCharsets.UTF_8));
            chain = Arrays.copyOf(sha.digest(), ResumeTokens.CHAIN_BYTES);
            events++;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
