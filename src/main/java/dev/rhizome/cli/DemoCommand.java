package dev.rhizome.cli;

import dev.rhizome.cli.service.ApiClient;
import dev.rhizome.cli.service.BulkLoad;
import dev.rhizome.cli.service.LocalService;
import dev.rhizome.cli.wordnet.WordNet;
import dev.rhizome.cli.wordnet.WordNetImport;
import java.io.PrintWriter;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code rhizome demo}. */
@Command(
        name = "demo",
        description = "Serves, with WordNet's most common synsets in a tenant named demo and a key to search them.")
final class DemoCommand implements Callable<Integer> {

    private static final String SLUG = "demo";

    @Spec
    private CommandSpec spec;

    @Option(names = "--limit", description = "How many synsets (${DEFAULT-VALUE}).", paramLabel = "N")
    private int limit = 5_000;

    private final Class<?> application;

    DemoCommand(Class<?> application) {
        this.application = application;
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        LocalService service = LocalService.start(application);
        URI url = service.url();
        PrintWriter out = spec.commandLine().getOut();
        ApiClient operator = new ApiClient(url, service.operatorKey());
        String tenant = tenant(operator);
        if (!isLoaded(operator, tenant)) {
            out.println("Loading the " + limit + " most common synsets of WordNet into the tenant " + SLUG + " …");
            out.flush();
            ApiClient writer = new ApiClient(url, issue(operator, tenant, "writer"));
            new WordNetImport(new BulkLoad(writer, out)).run(WordNet.mostCommon(limit));
            JsonNode marked = operator.patch("/v1/tenants/" + tenant, Map.of("name", "WordNet demo (loaded)"));
            out.println("Tenant " + marked.path("slug").asString() + " is ready.");
        }
        welcome(out, url, issue(operator, tenant, "reader"));
        return RhizomeCommand.KEEP_RUNNING;
    }

    private static String tenant(ApiClient operator) {
        String cursor = "";
        do {
            JsonNode page = operator.get("/v1/tenants?limit=200" + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
            for (JsonNode tenant : page.path("items")) {
                if (tenant.path("slug").asString().equals(SLUG)) {
                    return tenant.path("id").asString();
                }
            }
            cursor = page.path("next").asString("");
        } while (!cursor.isEmpty());
        return operator.post("/v1/tenants", Map.of("slug", SLUG, "name", "WordNet demo"))
                .path("id")
                .asString();
    }

    /** The name tells, since it is changed when loading has ended. */
    private static boolean isLoaded(ApiClient operator, String tenant) {
        return operator.get("/v1/tenants/" + tenant).path("name").asString().endsWith("(loaded)");
    }

    private static String issue(ApiClient operator, String tenant, String role) {
        return operator.post("/v1/tenants/" + tenant + "/keys", Map.of("name", "demo " + role, "role", role))
                .path("key")
                .asString();
    }

    private static void welcome(PrintWriter out, URI url, String key) {
        out.printf("""

                Rhizome serves %s. A reader's key of the tenant demo:

                  KEY=%s

                Try:

                  curl -NG -H "Authorization: Bearer $KEY" -H 'Accept: text/event-stream' %s/v1/search -d hops=1 --data-urlencode 'q=a device that measures time'
                  curl -G -H "Authorization: Bearer $KEY" %s/v1/search -d limit=3 -d legs=vector,text -d explain=true --data-urlencode 'q=move through water'
                  curl -NG -H "Authorization: Bearer $KEY" -H 'Accept: application/x-ndjson' %s/v1/graph/traverse -d from=wn:dog.n.01 -d hops=2 -d limit=20

                Stop with Ctrl-C.
                """, url, key, url, url, url);
        out.flush();
    }
}
