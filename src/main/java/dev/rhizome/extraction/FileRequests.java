package dev.rhizome.extraction;

import dev.rhizome.http.RequestReader;
import java.nio.charset.Charset;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

/** Requests whose body is a file as it is, with what is said of it in the query string, or JSON that says all itself. */
public final class FileRequests {

    private final RequestReader reader;
    private final ExtractionProperties limits;

    FileRequests(RequestReader reader, ExtractionProperties limits) {
        this.reader = reader;
        this.limits = limits;
    }

    /**
     * A file as it came.
     *
     * @param charset that the request names; null where it names none
     */
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    public record Body(
            Format format, byte[] bytes, @Nullable Charset charset) {

        /** The file, of {@code url}, which is empty where it is not known. */
        public Source from(String url) {
            return new Source(format, bytes, charset == null ? null : charset.name(), url);
        }
    }

    private record NoParameters() {}

    /** Whether the body is a file as it is. */
    public static boolean isFile(ServerRequest request) {
        return Format.of(essence(type(request))).isPresent();
    }

    /**
     * What {@code make} makes of the query string and the file.
     *
     * @param parameters the record of the query string
     * @return it; an error of 413 where the file is too large
     */
    public <P, T> Mono<T> file(ServerRequest request, Class<P> parameters, BiFunction<P, Body, T> make) {
        MediaType type = type(request);
        Format format = Format.of(essence(type)).orElseThrow();
        P said = reader.parameters(request, parameters);
        return reader.bytes(request, limits.maxFile())
                .map(bytes -> make.apply(said, new Body(format, bytes, type.getCharset())));
    }

    /**
     * Sees that the body is JSON, and that nothing is said beside it.
     *
     * @param others the media types that are taken beside those of files, the first of them JSON
     * @throws ResponseStatusException 415 where it is none of them
     */
    public void mustBeOneOf(ServerRequest request, MediaType... others) {
        MediaType type = type(request);
        StringBuilder expected = new StringBuilder();
        boolean isOne = false;
        for (MediaType other : others) {
            isOne |= other.isCompatibleWith(type);
            expected.append(other).append(", ");
        }
        if (!isOne) {
            throw new ResponseStatusException(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Type: " + type + " (expected: " + expected + String.join(", ", Format.mediaTypes()) + ")");
        }
        NoParameters unused = reader.parameters(request, NoParameters.class);
    }

    private static MediaType type(ServerRequest request) {
        return request.headers().contentType().orElse(MediaType.APPLICATION_OCTET_STREAM);
    }

    private static String essence(MediaType type) {
        return type.getType() + "/" + type.getSubtype();
    }
}
