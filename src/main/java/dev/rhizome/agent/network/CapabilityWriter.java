package dev.rhizome.agent.network;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.indexing.Indexer;
import dev.rhizome.indexing.SearchDocument;
import dev.rhizome.problem.InvalidRequest;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
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
        return batch -> write(agent, batch).map(outcomes -> results(batch, outcomes));
    }

    /** A node that went with its last agent in between fails the foreign key, and is written the second time. */
    private Mono<Map<String, Outcome>> write(String agent, List<CapabilityInput> batch) {
        List<String> ids = batch.stream().map(CapabilityInput::nodeId).toList();
        Mono<Map<String, Outcome>> written = capabilities
                .nodes(ids)
                .map(nodes -> changedNodes(batch, nodes))
                .flatMap(documents -> indexer.write(documents, arrays -> capabilities.put(agent, batch, arrays)));
        return written.onErrorResume(InvalidRequest.class, gone -> written);
    }

    private static List<BatchWriter.Result> results(List<CapabilityInput> batch, Map<String, Outcome> outcomes) {
        return batch.stream()
                .map(capability -> outcomes.getOrDefault(capability.canonical(), Outcome.UNCHANGED))
                .map(BatchWriter.Result::of)
                .toList();
    }

    /** The nodes that are new, or are called something that they were not called before. */
    private static List<SearchDocument> changedNodes(
            List<CapabilityInput> batch, Map<String, CapabilityRepository.Node> nodes) {
        return batch.stream()
                .map(capability -> document(capability, nodes.get(capability.nodeId())))
                .filter(document -> isChanged(document, nodes.get(document.id())))
                .toList();
    }

    /** The node keeps the name that it was given first; what others call it is its text. */
    private static SearchDocument document(CapabilityInput capability, CapabilityRepository.@Nullable Node node) {
        String name = node == null ? capability.name() : node.name();
        TreeSet<String> aliases = new TreeSet<>(capability.aliases());
        if (node != null) {
            aliases.addAll(node.aliases());
        }
        if (!capability.canonical().equals(CapabilityInput.canonical(name))) {
            aliases.add(capability.name());
        }
        String text = String.join(", ", aliases);
        return new SearchDocument(capability.nodeId(), "CAPABILITY", name, text, 1, "{}", null);
    }

    private static boolean isChanged(SearchDocument document, CapabilityRepository.@Nullable Node node) {
        return node == null || !node.text().equals(document.text());
    }
}
