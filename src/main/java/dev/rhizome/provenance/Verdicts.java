package dev.rhizome.provenance;

import dev.rhizome.database.TenantConnection;
import dev.rhizome.indexing.Indexer;
import dev.rhizome.problem.Conflict;
import dev.rhizome.tenant.Actor;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** Records verdicts of other domains in the current tenant's chain, together with what these domains store. */
public final class Verdicts {

    private static final String TYPE = EntryType.VERDICT.label();

    private final Indexer indexer;
    private final ChainWriter writer;

    Verdicts(Indexer indexer, ChainWriter writer) {
        this.indexer = indexer;
        this.writer = writer;
    }

    /**
     * What is recorded.
     *
     * @param id of the entry, 1 to 180 characters
     * @param description up to 100 KB
     * @param metadata a JSON object
     */
    public record Verdict(String id, String description, String metadata) {

        private EntryInput entry() {
            return new EntryInput(
                    new EntryKey(TYPE, id),
                    null,
                    List.of(),
                    null,
                    Scores.NONE,
                    new EntryInput.Links(List.of(), List.of(), List.of()),
                    null,
                    new EntryInput.Erasable(null, description, metadata));
        }
    }

    /**
     * Appends {@code verdict} in the transaction in which {@code beside} writes: both, or none.
     *
     * @return when it is committed; an error of {@link Conflict} where the chain has a verdict of that id, and the errors of
     *     {@code beside}
     */
    public Mono<Void> append(Verdict verdict, Function<TenantConnection, Mono<Void>> beside) {
        EntryInput entry = verdict.entry();
        return Actor.current()
                .flatMap(actor -> indexer.writeEarly(
                        List.of(entry.document()),
                        arrays -> writer.append(new ChainWriter.Addition(List.of(entry), arrays, actor), beside)))
                .onErrorMap(
                        ChainWriter.AlreadyThere.class,
                        there -> new Conflict("the provenance has a verdict " + verdict.id() + " already"));
    }
}
