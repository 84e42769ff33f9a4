package dev.rhizome.bench;

import dev.rhizome.bench.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench all}. */
@Command(
        name = "all",
        description = "All benchmarks of speed one after the other, and a report of them: JSON, a table, drawings.",
        footer = {
            "",
            "The whole takes about an hour on two cores, most of it the 1,000,000 rows of tenants-1m. A benchmark that fails is"
                    + " told, and the others go on."
        })
final class AllCommand implements Callable<Integer> {

    /** Benchmarks by name, and what each is told. */
    private static final Map<String, String> WHOLE = new LinkedHashMap<>();

    private static final Map<String, String> QUICK = new LinkedHashMap<>();

    static {
        WHOLE.put("ingest", "ingest");
        WHOLE.put("tenants-10k", "tenants --rows 10000 --warm-up 1500 --queries 500");
        WHOLE.put("tenants-100k", "tenants --rows 100000 --warm-up 1500 --queries 500 --small 500");
        WHOLE.put("walks-1k", "walks --entities 1000");
        WHOLE.put("walks-10k", "walks --entities 10000");
        WHOLE.put("walks-10k-hubs", "walks --entities 10000 --shape POWER_LAW");
        WHOLE.put("walks-100k", "walks --entities 100000");
        WHOLE.put("search", "search --clients 1,8");
        WHOLE.put("search-all", "search --limit 110000 --clients 1,8");
        WHOLE.put("load", "load");
        WHOLE.put("events", "events --events 200000 --no-wait");
        WHOLE.put("provenance", "provenance");
        WHOLE.put("storage", "storage");
        WHOLE.put("tenants-1m", "tenants --rows 1000000 --warm-up 1500 --queries 500");

        QUICK.put("ingest", "ingest --entities 200");
        QUICK.put("tenants-1k", "tenants --rows 1000 --warm-up 5 --queries 5 --small 3");
        QUICK.put("walks-300", "walks --entities 300 --degree 2 --warm-up 5 --queries 5");
        QUICK.put("search", "search --limit 60 --warm-up 2 --queries 3 --clients 1");
        QUICK.put("load", "load --rows 5000 --clients 4 --seconds 1");
        QUICK.put("events", "events --events 1000 --warm-up 5 --queries 5 --no-wait");
        QUICK.put("provenance", "provenance --appends 20 --warm-up 5 --lines 50 --clients 5");
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--out",
            paramLabel = "DIRECTORY",
            defaultValue = "bench-figures",
            description = "Where the figures go (${DEFAULT-VALUE}).")
    private Path out = Path.of("bench-figures");

    @Option(
            names = "--quick",
            description = "Each on next to nothing, to see that all of them work; the figures mean nothing.")
    private boolean quick;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "NAME",
            description = "Only these parts of the whole, such as tenants-1m; others keep the figures that are there.")
    private List<String> only = List.of();

    @Option(names = "--url", description = "Measure the service there, instead of one that is started for each.")
    private String url = "";

    @Option(
            names = "--key",
            defaultValue = "${env:RHIZOME_OPERATOR_KEY}",
            description = "With --url: that service's operator key, or RHIZOME_OPERATOR_KEY.")
    private String key = "";

    AllCommand() {
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() throws IOException {
        Map<String, String> parts = quick ? QUICK : WHOLE;
        for (String name : only) {
            if (!parts.containsKey(name)) {
                throw new IllegalArgumentException("--only: " + name + " (expected: some of " + parts.keySet() + ")");
            }
        }
        Files.createDirectories(out);
        List<String> failed = new ArrayList<>();
        Report report = new Report();
        for (Map.Entry<String, String> part : parts.entrySet()) {
            Path json = out.resolve(part.getKey() + ".json");
            boolean wanted = only.isEmpty() || only.contains(part.getKey());
            if (wanted && !run(part, json)) {
                failed.add(part.getKey());
            } else if (Files.exists(json)) {
                report.add(part.getKey(), json);
            }
        }
        report.write(out);
        say(failed.isEmpty() ? "all figures are in " + out : "failed: " + String.join(", ", failed));
        return failed.isEmpty() ? 0 : 1;
    }

    private boolean run(Map.Entry<String, String> part, Path json) {
        say("");
        say("== " + part.getKey() + ": " + part.getValue());
        List<String> arguments = new ArrayList<>(List.of(part.getValue().split(" ")));
        arguments.addAll(List.of("--json", json.toString()));
        if (!url.isEmpty()) {
            arguments.addAll(List.of("--url", url, "--key", key));
        }
        return BenchProgram.run(arguments.toArray(String[]::new)) == 0;
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }
}
