package dev.rhizome.http;

import org.jspecify.annotations.Nullable;

/**
 * One element of a stream.
 *
 * @param name the SSE event, the {@code event} field of an NDJSON line
 * @param data rendered as a JSON object
 * @param identity what it has in common with the same element of the stream made again, where that is less than its data;
 *     null where it is the data
 */
public record StreamEvent(
        String name, Object data, @Nullable String identity) {

    /** The last event of a stream that is whole. */
    public static final String DONE = "done";

    /** An element that is the same where all of its data is. */
    public static StreamEvent of(String name, Object data) {
        return new StreamEvent(name, data, null);
    }

    /** The end of a stream, with what is to be said of it. */
    public static StreamEvent done(Object data) {
        return new StreamEvent(DONE, data, "");
    }
}
