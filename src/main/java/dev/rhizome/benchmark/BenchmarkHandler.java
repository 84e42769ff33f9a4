package dev.rhizome.benchmark;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Paged;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.LowerTypeName;
import dev.rhizome.validation.PageSize;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about benchmarks: datasets, and evaluations of agents with them. */
final class BenchmarkHandler {

    private final DatasetRepository datasets;
    private final EvaluationRepository evaluations;
    private final RequestReader reader;
    private final Streams streams;
    private final Listing listing;

    BenchmarkHandler(
            DatasetRepository datasets,
            EvaluationRepository evaluations,
            RequestReader reader,
            Streams streams,
            Listing listing) {
        this.datasets = datasets;
        this.evaluations = evaluations;
        this.reader = reader;
        this.streams = streams;
        this.listing = listing;
    }

    private record BenchmarkPath(@Identifier String id) {}

    private record DatasetsParameters(
            @Nullable @LowerTypeName String taskType,
            @Default("50") @PageSize int limit,
            @Nullable @CursorOf(Cursor.Part.TEXT) Cursor cursor)
            implements Paged {

        private String after() {
            return cursor == null ? "" : cursor.key().getFirst();
        }
    }

    private record EvaluationsParameters(
            @Nullable @Identifier String datasetId,
            @Nullable @Identifier String agentId,
            @Nullable @EvaluationStatus String status,
            @Default("50") @PageSize int limit,

            @Nullable @CursorOf({Cursor.Part.TIME, Cursor.Part.TEXT})
            Cursor cursor)
            implements Paged {

        private EvaluationRepository.Filter filter() {
            return new EvaluationRepository.Filter(datasetId, agentId, status);
        }
    }

    Mono<ServerResponse> putDataset(ServerRequest request) {
        String id = id(request);
        return reader.body(request, DatasetInput.class)
                .map(input -> input.dataset(id))
                .flatMap(this::put);
    }

    private Mono<ServerResponse> put(Dataset dataset) {
        return datasets.put(dataset).flatMap(outcome -> written(dataset.id(), outcome));
    }

    private static Mono<ServerResponse> written(String id, Outcome outcome) {
        return Writes.answer(id, BatchWriter.Result.of(outcome));
    }

    Mono<ServerResponse> getDataset(ServerRequest request) {
        return datasets.get(id(request)).flatMap(streams::json);
    }

    Mono<ServerResponse> deleteDataset(ServerRequest request) {
        return datasets.delete(id(request)).then(ServerResponse.noContent().build());
    }

    Mono<ServerResponse> listDatasets(ServerRequest request) {
        DatasetsParameters wanted = reader.parameters(request, DatasetsParameters.class);
        return listing.respond(
                request,
                wanted,
                datasets.list(wanted.taskType(), wanted.after(), wanted.fetch()),
                new Listing.Shape<>("dataset", dataset -> Cursor.of(dataset.id())));
    }

    Mono<ServerResponse> queue(ServerRequest request) {
        return reader.body(request, Evaluation.Queued.class)
                .flatMap(queued -> evaluations.queue(queued).then(written(queued.id(), Outcome.CREATED)));
    }

    Mono<ServerResponse> getEvaluation(ServerRequest request) {
        return evaluations.get(id(request)).flatMap(streams::json);
    }

    Mono<ServerResponse> changeEvaluation(ServerRequest request) {
        String id = id(request);
        return reader.body(request, Evaluation.Change.class)
                .flatMap(change -> evaluations.change(id, change))
                .flatMap(streams::json);
    }

    Mono<ServerResponse> listEvaluations(ServerRequest request) {
        EvaluationsParameters wanted = reader.parameters(request, EvaluationsParameters.class);
        return listing.respond(
                request,
                wanted,
                evaluations.list(wanted.filter(), wanted.cursor(), wanted.fetch()),
                new Listing.Shape<>("evaluation", Evaluation::cursor));
    }

    private String id(ServerRequest request) {
        return reader.parameters(request, BenchmarkPath.class).id();
    }
}
