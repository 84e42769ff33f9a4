package dev.rhizome.bench;

import dev.rhizome.bench.relevance.JudgedCollection;
import dev.rhizome.bench.relevance.JudgedCollection.Link;
import dev.rhizome.bench.relevance.UselessEdges;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench relevance}. */
@Command(
        name = "relevance",
        description =
                "How well answers fit, over a judged collection: vector leg, text leg, both, and both with the graph.",
        footer = {
            "",
            "DIR holds tab-separated files with a header: documents.tsv (id, title, abstract or text), queries.tsv (id,"
                    + " query), judgements.tsv (query, document and, if relevance has degrees, grade) and, for a graph,"
                    + " citations.tsv (a, b)."
        })
final class RelevanceCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Parameters(paramLabel = "DIR", description = "The judged collection.")
    private Path directory = Path.of("");

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A parameter for every search, such as efSearch=200; may be repeated.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = "--noise",
            paramLabel = "KIND",
            description = "Useless edges instead of the citations: random pairs (random), all to five documents (hubs),"
                    + " or citations with ends exchanged (shuffled).")
    private UselessEdges.@Nullable Kind noise;

    @Option(names = "--noise-edges", paramLabel = "N", description = "How many (as many as there are citations).")
    private @Nullable Integer noiseEdges;

    @Option(names = "--noise-added", description = "Beside the citations, not instead of them.")
    private boolean noiseAdded;

    RelevanceCommand() {
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        Map<String, Object> parameters = SearchSettings.of(settings);
        JudgedCollection collection = JudgedCollection.read(directory);
        Set<Link> links = links(collection);
        try (Session session = Session.open(options, spec.commandLine().getOut())) {
            RelevanceRun run = new RelevanceRun(session, collection, parameters);
            run.load(links);
            RelevanceReport report = new RelevanceReport(collection, run.scores(), session.seed());
            report.print(session.out());
            session.report("relevance", told(links.size()), report.figures());
        }
        return 0;
    }

    private Set<Link> links(JudgedCollection collection) {
        if (noise == null) {
            if (noiseEdges != null || noiseAdded) {
                throw new IllegalArgumentException("--noise: missing (expected: the kind of edges to make)");
            }
            return collection.links();
        }
        int count = noiseEdges == null ? collection.links().size() : noiseEdges;
        Set<Link> links = new LinkedHashSet<>(noiseAdded ? collection.links() : Set.of());
        links.addAll(new UselessEdges(collection.documentIds(), options.seed())
                .make(noise, collection.links(), BenchOptions.atLeast("--noise-edges", count, 1)));
        return links;
    }

    private Map<String, Object> told(int links) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put(
                "collection",
                String.valueOf(directory.toAbsolutePath().normalize().getFileName()));
        told.put("set", settings);
        told.put("edges", links);
        told.put("noise", noise == null ? "none" : noise.toString());
        told.put("noiseAdded", noiseAdded);
        told.put("seed", options.seed());
        told.put("resamples", RelevanceReport.RESAMPLES);
        return told;
    }
}
