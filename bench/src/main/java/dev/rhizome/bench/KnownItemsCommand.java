package dev.rhizome.bench;

import dev.rhizome.bench.wordnet.WordNet;
import dev.rhizome.bench.wordnet.WordNet.SynsetEntity;
import dev.rhizome.bench.wordnet.WordNet.SynsetRelationship;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench known-items}. */
@Command(
        name = "known-items",
        description =
                "Makes a judged collection of WordNet, in which each query asks for one synset by some words of its"
                        + " gloss. A topic has many answers, a known item has one: what helps one may hurt the other.",
        footer = {"", "Measure it with: bin/bench relevance DIR"})
final class KnownItemsCommand implements Callable<Integer> {

    private static final double KEPT = 0.6;
    private static final int FEWEST_WORDS = 3;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Where to write it.")
    private Path directory = Path.of("");

    @Option(names = "--limit", paramLabel = "N", description = "Synsets (${DEFAULT-VALUE}).")
    private int limit = 5_000;

    @Option(names = "--queries", paramLabel = "N", description = "Queries (${DEFAULT-VALUE}).")
    private int queries = 200;

    @Option(names = "--seed", paramLabel = "N", description = "Of the choice of synsets and words (${DEFAULT-VALUE}).")
    private long seed = 42;

    KnownItemsCommand() {
        spec = CommandSpec.create();
    }

    @Override
    public Integer call() throws IOException {
        WordNet wordNet = WordNet.mostCommon(limit);
        List<SynsetEntity> synsets = new ArrayList<>();
        wordNet.entities().forEachRemaining(synsets::add);
        Files.createDirectories(directory);
        write(
                "documents.tsv",
                "id\ttitle\ttext",
                synsets.stream()
                        .map(synset -> row(synset.id(), synset.name(), synset.text()))
                        .toList());
        write(
                "citations.tsv",
                "a\tb",
                wordNet.relationships().stream().map(KnownItemsCommand::row).toList());
        List<String> asked = new ArrayList<>();
        List<String> judged = new ArrayList<>();
        Random random = new Random(seed);
        Collections.shuffle(synsets, random);
        for (SynsetEntity synset : synsets) {
            String query = some(Glosses.withoutExamples(synset.text()), random);
            if (asked.size() < queries && query.split(" ", -1).length >= FEWEST_WORDS) {
                judged.add(row("q" + asked.size(), synset.id()));
                asked.add(row("q" + asked.size(), query));
            }
        }
        write("queries.tsv", "id\tquery", asked);
        write("judgements.tsv", "query\tdocument", judged);
        spec.commandLine()
                .getOut()
                .println(asked.size() + " queries over " + synsets.size() + " synsets in " + directory);
        return 0;
    }

    private static String row(SynsetRelationship relationship) {
        return row(relationship.source(), relationship.target());
    }

    private static String row(String... columns) {
        List<String> plain = new ArrayList<>();
        for (String column : columns) {
            plain.add(column.replaceAll("\\s+", " ").strip());
        }
        return String.join("\t", plain);
    }

    private static String some(String gloss, Random random) {
        List<String> kept = new ArrayList<>();
        for (String word : gloss.split("\\s+", -1)) {
            if (random.nextDouble() < KEPT) {
                kept.add(word);
            }
        }
        return String.join(" ", kept);
    }

    private void write(String file, String header, List<String> rows) {
        List<String> lines = new ArrayList<>();
        lines.add(header);
        lines.addAll(rows);
        try {
            Files.write(directory.resolve(file), lines);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + directory.resolve(file), e);
        }
    }
}
