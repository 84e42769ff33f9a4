package dev.rhizome.event;

import dev.rhizome.bulk.Outcome;
import dev.rhizome.http.Listing;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.paging.Cursor;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about benchmarks: data sets, and evaluations of agents with them. */
final class BenchmarkHandler {

    private final DatasetRepository datasets;
    private final EvaluationRepository evaluations;
    private final EventHandler.Shared shared;

    BenchmarkHandler(DatasetRepository datasets, EvaluationRepository evaluations, EventHandler.Shared shared) {
        this.datasets = datasets;
        this.evaluations = evaluations;
        this.shared = shared;
    }

    Mono<ServerResponse> putDataset(ServerRequest request) {
        return shared.bodies()
                .json(request)
                .map(json -> Dataset.parse(request.pathVariable("id"), json))
                .flatMap(dataset ->
                        datasets.put(dataset).flatMap(outcome -> AnomalyHandler.written(dataset.id(), outcome)));
    }

    Mono<ServerResponse> getDataset(ServerRequest request) {
        return datasets.get(request.pathVariable("id")).flatMap(shared.streams()::json);
    }

    Mono<ServerResponse> deleteDataset(ServerRequest request) {
        return datasets.delete(request.pathVariable("id"))
                .then(ServerResponse.noContent().build());
    }

    Mono<ServerResponse> listDatasets(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("taskType", "limit", "cursor"));
        String taskType = Words.type(query, "taskType");
        Listing.Paging paging = Listing.Paging.read(query);
        query.finish();
        Cursor after = Cursor.decode(paging.cursor(), Cursor.Part.TEXT);
        return shared.listing()
                .respond(
                        request,
                        paging,
                        datasets.list(taskType, after == null ? "" : after.key().getFirst(), paging.fetch()),
                        new Listing.Shape<>("dataset", dataset -> Cursor.of(dataset.id())));
    }

    Mono<ServerResponse> queue(ServerRequest request) {
        return shared.bodies()
                .json(request)
                .map(Evaluation.Queued::parse)
                .flatMap(
                        queued -> evaluations.queue(queued).then(AnomalyHandler.written(queued.id(), Outcome.CREATED)));
    }

    Mono<ServerResponse> getEvaluation(ServerRequest request) {
        return evaluations.get(request.pathVariable("id")).flatMap(shared.streams()::json);
    }

    Mono<ServerResponse> changeEvaluation(ServerRequest request) {
        return shared.bodies()
                .json(request)
                .map(Evaluation.Change::parse)
                .flatMap(change -> evaluations.change(request.pathVariable("id"), change))
                .flatMap(shared.streams()::json);
    }

    Mono<ServerResponse> listEvaluations(ServerRequest request) {
        QueryParameters query =
                new QueryParameters(request, Set.of("datasetId", "agentId", "status", "limit", "cursor"));
        String status = query.text("status");
        EvaluationRepository.Filter filter = new EvaluationRepository.Filter(
                Words.id(query, "datasetId"),
                Words.id(query, "agentId"),
                status == null ? null : query.fields().word("status", status, Evaluation.STATUSES));
        Listing.Paging paging = Listing.Paging.read(query);
        query.finish();
        Cursor after = Cursor.decode(paging.cursor(), Cursor.Part.TIME, Cursor.Part.TEXT);
        return shared.listing()
                .respond(
                        request,
                        paging,
                        evaluations.list(filter, after, paging.fetch()),
                        new Listing.Shape<>("evaluation", Evaluation::cursor));
    }
}
