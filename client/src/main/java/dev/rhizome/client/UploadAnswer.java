package dev.rhizome.client;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import tools.jackson.databind.JsonNode;

/** The answer to an upload: a line for each line, and a summary, without which the answer was cut. */
final class UploadAnswer {

    private boolean ended;

    private UploadAnswer() {}

    static Flux<LineResult> of(Flux<byte[]> lines) {
        return Flux.defer(() -> new UploadAnswer().read(lines));
    }

    private Flux<LineResult> read(Flux<byte[]> lines) {
        return lines.handle(this::next).concatWith(Mono.defer(this::end));
    }

    private void next(byte[] line, SynchronousSink<LineResult> results) {
        JsonNode json = Json.read(line);
        if (json.has("summary")) {
            ended = true;
        } else if (!json.has("line")) {
            results.error(new ProblemException(Json.read(json.path("problem"), Problem.class), null));
        } else if (json.has("problem")) {
            results.next(new LineResult.Refused(
                    json.path("line").asLong(),
                    json.path("id").asString(null),
                    Json.read(json.path("problem"), Problem.class)));
        } else {
            results.next(Json.read(json, LineResult.Taken.class));
        }
    }

    private Mono<LineResult> end() {
        return ended
                ? Mono.empty()
                : Mono.error(new IncompleteAnswerException("the service closed the answer before its summary"));
    }
}
