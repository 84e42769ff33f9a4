package dev.rhizome.http;

import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.server.ResponseStatusException;

/** The three forms in which a collection can be had. */
@SuppressWarnings("ImmutableEnumChecker") // MediaType is immutable and does not say so
public enum StreamFormat {
    JSON(MediaType.APPLICATION_JSON),
    NDJSON(MediaType.APPLICATION_NDJSON),
    SSE(MediaType.TEXT_EVENT_STREAM);

    private final MediaType mediaType;

    StreamFormat(MediaType mediaType) {
        this.mediaType = mediaType;
    }

    /** The content type of an answer in this form. */
    public MediaType mediaType() {
        return mediaType;
    }

    /**
     * The form that the request's {@code Accept} prefers, JSON where it does not mind.
     *
     * @throws ResponseStatusException 406 when it accepts none of the three
     */
    public static StreamFormat of(ServerRequest request) {
        List<MediaType> accepted = request.headers().accept();
        if (accepted.isEmpty()) {
            return JSON;
        }
        for (MediaType wanted : accepted) {
            for (StreamFormat format : values()) {
                if (wanted.getQualityValue() > 0 && wanted.includes(format.mediaType)) {
                    return format;
                }
            }
        }
        throw new ResponseStatusException(
                HttpStatus.NOT_ACCEPTABLE,
                "Accept: " + MediaType.toString(accepted)
                        + " (expected: application/json, application/x-ndjson or text/event-stream)");
    }
}
