package dev.rhizome.client;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the service said of the last writes, so that later requests see them, whichever server they are read from. Of writes at once the
 * answer that comes last need not be of the one that was written last, so several are kept; the service takes the latest.
 */
final class LastWrites {

    /** Header of the answers to writes, and of all requests. */
    static final String HEADER = "X-Rhizome-Written";

    private static final int MOST = 4;

    private final AtomicReference<List<String>> tokens = new AtomicReference<>(List.of());

    /** What was said last, the newest first; empty where the service reads from one server alone. */
    List<String> tokens() {
        return tokens.get();
    }

    /** Notes {@code token} where there is one. */
    void note(@Nullable String token) {
        if (token != null && !token.isEmpty()) {
            List<String> unused = tokens.updateAndGet(before -> before.contains(token)
                    ? before
                    : Stream.concat(Stream.of(token), before.stream())
                            .limit(MOST)
                            .toList());
        }
    }
}
