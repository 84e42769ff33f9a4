package dev.rhizome.benchmark;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.event.EventFields;
import dev.rhizome.http.Bodies;
import dev.rhizome.http.Listing;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import dev.rhizome.paging.Cursor;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about benchmarks: datasets, and evaluations of agents with them. */
final class BenchmarkHandler {

    private final DatasetRepository datasets;
    private final EvaluationRepository evaluations;
    private final Bodies bodies;
    private final Streams streams;
    private final Listing listing;

    BenchmarkHandler(
            DatasetRepository datasets,
            EvaluationRepository evaluations,
            Bodies bodies,
            Streams streams,
            Listing listing) {
        this.datasets = datasets;
        this.evaluations = evaluations;
        this.bodies = bodies;
        this.streams = streams;
        this.listing = listing;
    }

    Mono<ServerResponse> putDataset(ServerRequest request) {
        return bodies.json(request)
                .map(json -> DatasetInput.parse(request.pathVariable("id"), json))
                .flatMap(this::put);
    }

    private Mono<ServerResponse> put(Dataset dataset) {
        return datasets.put(dataset).flatMap(outcome -> written(dataset.id(), outcome));
    }

    private static Mono<ServerResponse> written(String id, Outcome outcome) {
        return Writes.answer(id, BatchWriter.Result.of(outcome));
    }

    Mono<ServerResponse> getDataset(ServerRequest request) {
        return datasets.get(request.pathVariable("id")).flatMap(streams::json);
    }

    Mono<ServerResponse> deleteDataset(ServerRequest request) {
        return datasets.delete(request.pathVariable("id"))
                .then(ServerResponse.noContent().build());
    }

    Mono<ServerResponse> listDatasets(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("taskType", "limit", "cursor"));
        String taskType = EventFields.type(query, "taskType");
        Listing.Paging paging = Listing.Paging.read(query);
        query.finish();
        Cursor after = Cursor.decode(paging.cursor(), Cursor.Part.TEXT);
        return listing.respond(
                request,
                paging,
                datasets.list(taskType, after == null ? "" : after.key().getFirst(), paging.fetch()),
                new Listing.Shape<>("dataset", dataset -> Cursor.of(dataset.id())));
    }

    Mono<ServerResponse> queue(ServerRequest request) {
        return bodies.json(request)
                .map(EvaluationInput::queued)
                .flatMap(queued -> evaluations.queue(queued).then(written(queued.id(), Outcome.CREATED)));
    }

    Mono<ServerResponse> getEvaluation(ServerRequest request) {
        return evaluations.get(request.pathVariable("id")).flatMap(streams::json);
    }

    Mono<ServerResponse> changeEvaluation(ServerRequest request) {
        return bodies.json(request)
                .map(EvaluationInput::change)
                .flatMap(change -> evaluations.change(request.pathVariable("id"), change))
                .flatMap(streams::json);
    }

    Mono<ServerResponse> listEvaluations(ServerRequest request) {
        QueryParameters query =
                new QueryParameters(request, Set.of("datasetId", "agentId", "status", "limit", "cursor"));
        EvaluationRepository.Filter filter = new EvaluationRepository.Filter(
                EventFields.id(query, "datasetId"),
                EventFields.id(query, "agentId"),
                EventFields.word(query, "status", EvaluationInput.STATUSES));
        Listing.Paging paging = Listing.Paging.read(query);
        query.finish();
        Cursor after = Cursor.decode(paging.cursor(), Cursor.Part.TIME, Cursor.Part.TEXT);
        return listing.respond(
                request,
                paging,
                evaluations.list(filter, after, paging.fetch()),
                new Listing.Shape<>("evaluation", Evaluation::cursor));
    }
}
