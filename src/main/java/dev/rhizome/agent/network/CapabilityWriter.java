package dev.rhizome.agent.network;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.indexing.Indexer;
import dev.rhizome.indexing.SearchDocument;
import dev.rhizome.problem.InvalidRequest;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Writes capabilities of an agent; a node is embedded and written only where it is new or gets another name more. */
final class CapabilityWriter {

    private final CapabilityRepository capabilities;
    private final Indexer indexer;

    CapabilityWriter(CapabilityRepository capabilities, Indexer indexer) {
        this.capabilities = capabilities;
        this.indexer = indexer;
    }

    /** A writer of capabilities of {@code agent}; an error of {@code NotFound} where there is no such agent. */
    BatchWriter<CapabilityInput> of(String agent) {
        return batch -> write(agent, batch)
                // A node that went with its last agent in between fails the foreign key, and is written the second
                // time.
                .onErrorResume(InvalidRequest.class, gone -> write(agent, batch))
                .map(outcomes -> batch.stream()
                        .map(capability ->
                                BatchWriter.Result.of(outcomes.getOrDefault(capability.canonical(), Outcome.UNCHANGED)))
                        .toList());
    }

    private Mono<Map<String, Outcome>> write(String agent, List<CapabilityInput> batch) {
        List<String> ids = batch.stream().map(CapabilityInput::nodeId).toList();
        return capabilities.nodes(ids).flatMap(nodes -> {
            List<SearchDocument> documents = batch.stream()
                    .map(capability -> document(capability, nodes.get(capability.nodeId())))
                    .filter(document -> isNews(document, nodes.get(document.id())))
                    .toList();
            return indexer.write(documents, arrays -> capabilities.put(agent, batch, arrays));
        });
    }

    /** The node keeps the name that it was given first; what others call it is its text. */
    private static SearchDocument document(CapabilityInput capability, CapabilityRepository.@Nullable Node node) {
        String name = node == null ? capability.name() : node.name();
        TreeSet<String> aliases = new TreeSet<>(capability.aliases());
        if (node != null) {
            aliases.addAll(node.aliases());
        }
        Stream.of(capability.name())
                .filter(other -> !CapabilityInput.canonical(other).equals(CapabilityInput.canonical(name)))
                .forEach(aliases::add);
        String text = String.join(", ", aliases);
        return new SearchDocument(capability.nodeId(), "CAPABILITY", name, text, 1, "{}", null);
    }

    private static boolean isNews(SearchDocument document, CapabilityRepository.@Nullable Node node) {
        return node == null || !node.text().equals(document.text());
    }
}
