package dev.rhizome.bench;

import dev.rhizome.bench.service.Blocking;
import dev.rhizome.bench.service.BulkLoad;
import dev.rhizome.bench.service.BulkLoad.Loaded;
import dev.rhizome.client.Request;
import dev.rhizome.client.RhizomeClient;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code bench provenance}. */
@Command(
        name = "provenance",
        description = "How fast entries are added to one tenant's chain, and how fast the chain is verified.",
        footer = {
            "",
            "Entries are verdicts with a sentence each. First many clients send one at a time, then one client sends NDJSON,"
                    + " then the whole chain is verified by the service. What is added is embedded, too, so that rates hold"
                    + " the model's time."
        })
final class ProvenanceCommand implements Callable<Integer> {

    private static final String PATH = "/v1/provenance";

    /**
     * What verifying took.
     *
     * @param entries of the chain
     * @param seconds in which it was verified
     * @param perSecond entries verified a second
     */
    record Verified(long entries, double seconds, double perSecond) {}

    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(names = "--appends", paramLabel = "N", description = "Entries sent one by one (${DEFAULT-VALUE}).")
    private int appends = 5_000;

    @Option(names = "--clients", paramLabel = "N", description = "Clients that send them (${DEFAULT-VALUE}).")
    private int clients = 50;

    @Option(names = "--lines", paramLabel = "N", description = "Entries sent as NDJSON (${DEFAULT-VALUE}).")
    private int lines = 10_000;

    @Option(names = "--warm-up", paramLabel = "N", description = "Entries sent before (${DEFAULT-VALUE}).")
    private int warmUp = 1_000;

    ProvenanceCommand() {
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        BenchOptions.atLeast("--appends", appends, 1);
        BenchOptions.atLeast("--clients", clients, 1);
        BenchOptions.atLeast("--lines", lines, 1);
        BenchOptions.atLeast("--warm-up", warmUp, 1);
        try (Session session = Session.open(options, spec.commandLine().getOut())) {
            RhizomeClient api = session.newTenant("provenance").client();
            Latencies single = oneByOne(api);
            Loaded loaded = new BulkLoad(api, session.out())
                    .load("entries", PATH, this::inLines, lines)
                    .complete();
            Verified verified = verified(api);
            print(session, single, verified);
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("one by one", single);
            figures.put("in lines", Map.of("count", loaded.count(), "perSecond", loaded.rate()));
            figures.put("verified", verified);
            session.report("provenance", settings(), figures);
        }
        return 0;
    }

    private Latencies oneByOne(RhizomeClient client) {
        try (ProgressBar bar = BulkLoad.progress("appends", (long) warmUp + appends)) {
            Load.discarding(number -> append(client, "warm", number), bar).run(clients, warmUp);
            return Load.discarding(number -> append(client, "single", number), bar)
                    .run(clients, appends)
                    .latencies();
        }
    }

    private static Load.Call append(RhizomeClient client, String kind, int number) {
        return new Load.Call(client, Request.post(PATH, entry(kind, number)));
    }

    private Iterator<Map<String, Object>> inLines() {
        return IntStream.range(0, lines).mapToObj(i -> entry("line", i)).iterator();
    }

    private static Map<String, Object> entry(String kind, int number) {
        return Map.of(
                "type",
                "verdict",
                "id",
                kind + "-" + number,
                "description",
                "Change " + number + " keeps to its budget and passes its gates.",
                "references",
                List.of("caws.budget", "caws.rule-" + number % 100),
                "scores",
                Map.of("budgetAdherence", 0.9, "gateIntegrity", 1));
    }

    private static Verified verified(RhizomeClient api) {
        long began = System.nanoTime();
        JsonNode verdict = Blocking.get(api.get(PATH + "/verify"));
        double seconds = (System.nanoTime() - began) / 1e9;
        if (!verdict.path("valid").asBoolean()) {
            throw new IllegalStateException("the chain is not valid: " + verdict.path("firstBad"));
        }
        long entries = verdict.path("entries").asLong();
        return new Verified(entries, seconds, entries / seconds);
    }

    private void print(Session session, Latencies single, Verified verified) {
        Table table = new Table("", "clients", "P50 ms", "P95 ms", "P99 ms", "entries/s");
        table.row(
                "one by one",
                String.valueOf(clients),
                Table.decimals(1, single.p50Ms()),
                Table.decimals(1, single.p95Ms()),
                Table.decimals(1, single.p99Ms()),
                Table.decimals(0, single.perSecond()));
        table.row("verified", "1", "", "", "", Table.decimals(0, verified.perSecond()));
        table.print(session.out());
    }

    private Map<String, Object> settings() {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("appends", appends);
        told.put("clients", clients);
        told.put("lines", lines);
        told.put("warmUp", warmUp);
        return told;
    }
}
