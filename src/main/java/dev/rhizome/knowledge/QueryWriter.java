package dev.rhizome.knowledge;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.indexing.Indexer;
import dev.rhizome.indexing.SearchDocument;
import dev.rhizome.problem.Conflict;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Stores queries, each with its node. No connection is held while vectors are made. */
final class QueryWriter implements BatchWriter<KnowledgeQueryInput> {

    private final QueryRepository queries;
    private final Indexer indexer;

    QueryWriter(QueryRepository queries, Indexer indexer) {
        this.queries = queries;
        this.indexer = indexer;
    }

    @Override
    public Mono<List<Result>> write(List<KnowledgeQueryInput> batch) {
        List<SearchDocument> documents =
                batch.stream().map(KnowledgeQueryInput::document).toList();
        return indexer.write(documents, arrays -> queries.put(batch, arrays)).map(outcomes -> results(batch, outcomes));
    }

    private static List<Result> results(List<KnowledgeQueryInput> batch, Map<String, Outcome> outcomes) {
        return batch.stream().map(query -> result(query.id(), outcomes)).toList();
    }

    private static Result result(String id, Map<String, Outcome> outcomes) {
        Outcome outcome = outcomes.get(id);
        return outcome == null
                ? Result.of(new Conflict("a query with id " + id + " exists with another content"))
                : Result.of(outcome);
    }
}
