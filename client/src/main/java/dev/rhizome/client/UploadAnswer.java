package dev.rhizome.client;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import tools.jackson.databind.JsonNode;

/**
 * The answer to an upload: a line for each line, and a summary, without which the answer was cut. A service that stops names the
 * line from which to go on in front of it.
 */
final class UploadAnswer {

    private static final String STOPPING = "urn:rhizome:problem:stopping";

    private final long before;
    private final LastWrites writes;
    private long next;
    private boolean ended;

    /**
     * An answer.
     *
     * @param before items that an earlier request has sent
     * @param writes where it notes what it says of them
     */
    UploadAnswer(long before, LastWrites writes) {
        this.before = before;
        this.writes = writes;
    }

    /** How many items have been answered where the service stopped before the last; 0 where it did not. */
    long answered() {
        return next == 0 ? 0 : before + next - 1;
    }

    /** Whether the service stopped. */
    boolean isStopped() {
        return next > 0;
    }

    /** The results in {@code lines}. */
    Flux<LineResult> read(Flux<byte[]> lines) {
        return lines.handle(this::next).concatWith(Mono.defer(this::end));
    }

    private void next(byte[] line, SynchronousSink<LineResult> results) {
        JsonNode json = Json.read(line);
        if (json.has("summary")) {
            ended = true;
            writes.note(json.path("summary").path("written").asString(null));
        } else if (!json.has("line")) {
            results.error(new ProblemException(Json.read(json.path("problem"), Problem.class), null));
        } else if (json.path("problem").path("type").asString("").equals(STOPPING)) {
            next = json.path("line").asLong();
        } else if (json.has("problem")) {
            results.next(new LineResult.Refused(
                    before + json.path("line").asLong(),
                    json.path("id").asString(null),
                    Json.read(json.path("problem"), Problem.class)));
        } else {
            LineResult.Taken taken = Json.read(json, LineResult.Taken.class);
            results.next(new LineResult.Taken(before + taken.line(), taken.id(), taken.status()));
        }
    }

    private Mono<LineResult> end() {
        return ended
                ? Mono.empty()
                : Mono.error(new IncompleteAnswerException("the service closed the answer before its summary"));
    }
}
