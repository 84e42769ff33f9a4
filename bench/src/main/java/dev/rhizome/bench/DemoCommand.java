package dev.rhizome.bench;

import dev.rhizome.bench.service.Blocking;
import dev.rhizome.bench.service.BulkLoad;
import dev.rhizome.bench.service.Readiness;
import dev.rhizome.bench.wordnet.WordNet;
import dev.rhizome.bench.wordnet.WordNetImport;
import dev.rhizome.client.IssuedKey;
import dev.rhizome.client.RhizomeClient;
import dev.rhizome.client.Role;
import dev.rhizome.client.Tenant;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench demo}: the loader of {@code bin/rhizome demo}. */
@Command(
        name = "demo",
        description =
                "Loads WordNet's most common synsets into the tenant demo of a running service, and prints a key.")
final class DemoCommand implements Callable<Integer> {

    private static final String SLUG = "demo";
    private static final String LOADED = "WordNet demo (loaded)";
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    @Spec
    private CommandSpec spec;

    @Option(names = "--limit", description = "How many synsets (${DEFAULT-VALUE}).", paramLabel = "N")
    private int limit = 5_000;

    @Option(
            names = "--url",
            defaultValue = "${env:RHIZOME_URL:-http://localhost:8080}",
            description = "Where the service is, or will soon be (${DEFAULT-VALUE}).")
    private URI url = URI.create("http://localhost:8080");

    @Option(
            names = "--key",
            defaultValue = "${env:RHIZOME_OPERATOR_KEY}",
            description =
                    "The operator's key; else RHIZOME_OPERATOR_KEY, else the one that the service keeps in RHIZOME_HOME.")
    private @Nullable String key;

    DemoCommand() {
        spec = CommandSpec.create();
    }

    @Override
    public Integer call() throws IOException {
        BenchOptions.atLeast("--limit", limit, 1);
        PrintWriter out = spec.commandLine().getOut();
        try (RhizomeClient client = RhizomeClient.of(url)) {
            awaitReady(client);
            RhizomeClient operator = client.withKey(operatorKey());
            Tenant tenant = tenant(operator);
            if (!LOADED.equals(tenant.name())) {
                load(operator, tenant, out);
            }
            welcome(out, issue(operator, tenant, Role.READER).key());
        }
        return 0;
    }

    /** The name is changed when loading has ended, so a load that was interrupted is repeated. */
    private void load(RhizomeClient operator, Tenant tenant, PrintWriter out) {
        out.println("Loading the " + limit + " most common synsets of WordNet into the tenant " + SLUG + " …");
        out.flush();
        IssuedKey writer = issue(operator, tenant, Role.WRITER);
        new WordNetImport(new BulkLoad(operator.withKey(writer.key()), out)).run(WordNet.mostCommon(limit));
        Blocking.await(operator.tenants().revokeKey(tenant.id(), writer.id()));
        Tenant loaded = Blocking.get(operator.tenants().rename(tenant.id(), LOADED));
        out.println("Tenant " + loaded.slug() + " is ready.");
    }

    private void awaitReady(RhizomeClient client) {
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (!Readiness.of(client)) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("no service is ready at " + url);
            }
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
    }

    private String operatorKey() throws IOException {
        if (key != null && !key.isBlank()) {
            return key;
        }
        String home = System.getenv("RHIZOME_HOME");
        Path file = Path.of(home == null ? "." : home, "operator.key");
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException(
                    "--key: missing (expected: the operator's key, which is not in " + file + ")");
        }
        return Files.readString(file).strip();
    }

    private static Tenant tenant(RhizomeClient operator) {
        return Blocking.get(operator.tenants()
                .list()
                .filter(tenant -> tenant.slug().equals(SLUG))
                .next()
                .switchIfEmpty(operator.tenants().create(SLUG, "WordNet demo")));
    }

    private static IssuedKey issue(RhizomeClient operator, Tenant tenant, Role role) {
        String name = "demo " + role.name().toLowerCase(java.util.Locale.ROOT);
        return Blocking.get(operator.tenants().issueKey(tenant.id(), role, name));
    }

    private void welcome(PrintWriter out, String readersKey) {
        out.printf("""

                Rhizome serves %s. A reader's key of the tenant demo:

                  KEY=%s

                Try:

                  curl -NG -H "Authorization: Bearer $KEY" -H 'Accept: text/event-stream' %s/v1/search -d hops=1 --data-urlencode 'q=a device that measures time'
                  curl -G -H "Authorization: Bearer $KEY" %s/v1/search -d limit=3 -d legs=vector,text -d explain=true --data-urlencode 'q=move through water'
                  curl -NG -H "Authorization: Bearer $KEY" -H 'Accept: application/x-ndjson' %s/v1/graph/traverse -d from=wn:dog.n.01 -d hops=2 -d limit=20

                Stop with Ctrl-C.
                """, url, readersKey, url, url, url);
        out.flush();
    }
}
