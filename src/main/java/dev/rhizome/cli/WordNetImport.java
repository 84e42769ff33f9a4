package dev.rhizome.cli;

import dev.rhizome.cli.wordnet.WordNet;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Loads WordNet through the API, showing how far it is, how fast, and how long it will take. */
final class WordNetImport {

    private final ApiClient api;
    private final PrintWriter out;

    WordNetImport(ApiClient api, PrintWriter out) {
        this.api = api;
        this.out = out;
    }

    /** Loads the {@code limit} most common synsets and their relations; a second run changes nothing. */
    void run(int limit) {
        WordNet wordNet = WordNet.mostCommon(limit);
        load("synsets", "/v1/entities", wordNet.entities(), wordNet.size());
        List<WordNet.SynsetRelationship> relationships = wordNet.relationships();
        load("relations", "/v1/relationships", relationships.iterator(), relationships.size());
    }

    private void load(String what, String path, Iterator<?> items, int count) {
        long began = System.nanoTime();
        ApiClient.Totals totals;
        try (ProgressBar bar = new ProgressBarBuilder()
                .setTaskName(what)
                .setInitialMax(count)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(500)
                .showSpeed()
                .build()) {
            totals = api.postLines(path, items, done -> bar.stepBy(done));
        }
        double seconds = Duration.ofNanos(System.nanoTime() - began).toMillis() / 1000.0;
        out.printf(
                "%,d %s in %.1f s (%,.0f/s): %,d created, %,d updated, %,d unchanged, %,d failed%n",
                count,
                what,
                seconds,
                count / seconds,
                totals.created(),
                totals.updated(),
                totals.unchanged(),
                totals.failed());
        out.flush();
    }
}
