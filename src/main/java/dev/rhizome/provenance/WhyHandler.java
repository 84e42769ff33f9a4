package dev.rhizome.provenance;

import dev.rhizome.http.RequestReader;
import dev.rhizome.http.StreamEvent;
import dev.rhizome.http.StreamFormat;
import dev.rhizome.http.Streams;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.SelfChecked;
import dev.rhizome.validation.TypeName;
import dev.rhizome.validation.WholeNumber;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests that ask where something comes from, and what came from it. */
final class WhyHandler {

    private record WhyParameters(
            @Nullable @Identifier String id,
            @Nullable @Identifier String source,
            @Nullable @TypeName String type,
            @Nullable @Identifier String target,
            @Default("5") @WholeNumber(min = 1, max = 20) int hops,

            @Default("1000") @WholeNumber(min = 1, max = 10_000)
            int limit)
            implements SelfChecked {

        @Override
        public void check(Faults faults) {
            if (source == null && type == null && target == null) {
                need(faults, "id", id, "an id");
                return;
            }
            if (id != null) {
                faults.reject("id", "beside source, type and target", "an entity or a relationship, not both");
            }
            need(faults, "source", source, "an id");
            need(faults, "type", type, "1 to 64 of A-Z 0-9 _");
            need(faults, "target", target, "an id");
        }

        private static void need(Faults faults, String field, @Nullable String value, String expected) {
            if (value == null) {
                faults.reject(field, "missing", expected);
            }
        }
    }

    private final WhyRepository repository;
    private final RequestReader reader;
    private final Streams streams;

    WhyHandler(WhyRepository repository, RequestReader reader, Streams streams) {
        this.repository = repository;
        this.reader = reader;
        this.streams = streams;
    }

    Mono<ServerResponse> why(ServerRequest request) {
        WhyRun run = run(reader.parameters(request, WhyParameters.class));
        StreamFormat format = StreamFormat.of(request);
        return format == StreamFormat.JSON
                ? run.stages()
                        .flatMapIterable(stage -> stage)
                        .collectList()
                        .map(WhyHandler::collected)
                        .flatMap(streams::json)
                : streams.respond(request, format, run.stages().map(WhyHandler::events));
    }

    private static List<StreamEvent> events(List<Why.Step> stage) {
        return stage.stream().map(WhyHandler::event).toList();
    }

    private static StreamEvent event(Why.Step step) {
        return switch (step) {
            case Why.Facts facts -> StreamEvent.of("about", facts);
            case Why.Named entry -> StreamEvent.of("entry", entry);
            case Why.Derived derived -> StreamEvent.of("derived", derived);
            case Why.Done done -> StreamEvent.done(done);
        };
    }

    private WhyRun run(WhyParameters wanted) {
        WhyRun.Bounds bounds = new WhyRun.Bounds(wanted.hops(), wanted.limit());
        String id = wanted.id();
        String source = wanted.source();
        String type = wanted.type();
        String target = wanted.target();
        return source == null || type == null || target == null
                ? WhyRun.of(repository, String.valueOf(id), bounds)
                : WhyRun.of(repository, new RelationshipKey(source, type, target), bounds);
    }

    private static Why.Collected collected(List<Why.Step> steps) {
        return new Why.Collected(
                of(Why.Facts.class, steps).getFirst(),
                of(Why.Named.class, steps),
                of(Why.Derived.class, steps),
                of(Why.Done.class, steps).getLast());
    }

    private static <T> List<T> of(Class<T> type, List<Why.Step> steps) {
        return steps.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
