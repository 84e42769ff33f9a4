package dev.rhizome.bench;

import dev.rhizome.bench.service.BulkLoad;
import dev.rhizome.bench.service.BulkLoad.Loaded;
import dev.rhizome.bench.wordnet.WordNet;
import dev.rhizome.bench.wordnet.WordNet.SynsetEntity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench ingest}. */
@Command(
        name = "ingest",
        description = "How fast entities and relationships are taken, as NDJSON from one client.",
        footer = {
            "",
            "Entities are synsets of WordNet with vectors of the client's, so that the service stores and indexes; with"
                    + " --embed, a twentieth as many more come without, so that it makes them too. Relationships join"
                    + " random entities, two for each."
        })
final class IngestCommand implements Callable<Integer> {

    private static final int EMBEDDED_PART = 20;
    private static final int RELATIONSHIPS_PER_ENTITY = 2;

    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(names = "--entities", paramLabel = "N", description = "How many with vectors (${DEFAULT-VALUE}).")
    private int entities = 20_000;

    @Option(names = "--embed", description = "Also N/20 whose vectors the service makes.")
    private boolean embed;

    @Mixin
    private VectorOptions vectors = new VectorOptions();

    IngestCommand() {
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        BenchOptions.atLeast("--entities", entities, EMBEDDED_PART);
        Clusters clusters = new Clusters(vectors.dimensions(), options.seed());
        WordNet wordNet = WordNet.mostCommon(entities);
        if (wordNet.size() < entities) {
            throw new IllegalArgumentException(
                    "--entities: " + entities + " (expected: at most the " + wordNet.size() + " of WordNet)");
        }
        try (Session session = Session.open(options, spec.commandLine().getOut())) {
            Map<String, Loaded> loads = new LinkedHashMap<>();
            BulkLoad load = new BulkLoad(session.newTenant("ingest").client(), session.out());
            loads.put("entities with vectors", entities(load, wordNet, clusters));
            loads.put("relationships", relationships(load, wordNet));
            if (embed) {
                loads.put("entities to be embedded", embedded(load, wordNet));
            }
            Table table = new Table("", "count", "seconds", "a second");
            loads.forEach((what, loaded) -> table.row(
                    what,
                    "%,d".formatted(loaded.count()),
                    Table.decimals(1, loaded.seconds()),
                    Table.decimals(0, loaded.rate())));
            table.print(session.out());
            session.report("ingest", settings(), figures(loads));
        }
        return 0;
    }

    private Loaded entities(BulkLoad load, WordNet wordNet, Clusters clusters) {
        return load.load("entities", "/v1/entities", () -> withVectors(wordNet, clusters), entities)
                .complete();
    }

    private Iterator<Map<String, Object>> withVectors(WordNet wordNet, Clusters clusters) {
        Iterator<SynsetEntity> synsets = wordNet.entities();
        Iterator<float[]> vectors = clusters.vectors(options.seed() + 1, wordNet.size());
        return Stream.generate(() -> entity(synsets.next(), "", vectors.next()))
                .limit(entities)
                .iterator();
    }

    private Loaded embedded(BulkLoad load, WordNet wordNet) {
        int count = entities / EMBEDDED_PART;
        return load.load("embedded", "/v1/entities", () -> withoutVectors(wordNet, count), count)
                .complete();
    }

    private static Iterator<Map<String, Object>> withoutVectors(WordNet wordNet, int count) {
        Iterator<SynsetEntity> synsets = wordNet.entities();
        return Stream.generate(() -> entity(synsets.next(), "embedded-", null))
                .limit(count)
                .iterator();
    }

    private static Map<String, Object> entity(SynsetEntity synset, String prefix, float @Nullable [] vector) {
        Map<String, Object> entity = new LinkedHashMap<>();
        entity.put("id", prefix + synset.id());
        entity.put("type", synset.type());
        entity.put("name", synset.name());
        entity.put("text", synset.text());
        if (vector != null) {
            entity.put("embedding", vector);
        }
        return entity;
    }

    private Loaded relationships(BulkLoad load, WordNet wordNet) {
        List<String> ids = new ArrayList<>();
        wordNet.entities().forEachRemaining(synset -> ids.add(synset.id()));
        Random random = new Random(options.seed());
        Set<Map<String, Object>> edges = new HashSet<>();
        while (edges.size() < entities * RELATIONSHIPS_PER_ENTITY) {
            String source = ids.get(random.nextInt(ids.size()));
            String target = ids.get(random.nextInt(ids.size()));
            if (!source.equals(target)) {
                edges.add(Map.of("source", source, "target", target, "type", "RELATED"));
            }
        }
        return load.load("relationships", "/v1/relationships", edges, edges.size())
                .complete();
    }

    private Map<String, Object> settings() {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("entities", entities);
        told.put("dimensions", vectors.dimensions());
        told.put("embed", embed);
        told.put("clients", 1);
        told.put("seed", options.seed());
        return told;
    }

    private static Map<String, Object> figures(Map<String, Loaded> loads) {
        Map<String, Object> figures = new LinkedHashMap<>();
        loads.forEach((what, loaded) -> figures.put(
                what, Map.of("count", loaded.count(), "seconds", loaded.seconds(), "perSecond", loaded.rate())));
        return figures;
    }
}
