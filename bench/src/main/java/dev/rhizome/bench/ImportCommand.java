package dev.rhizome.bench;

import dev.rhizome.bench.service.BulkLoad;
import dev.rhizome.bench.wordnet.WordNet;
import dev.rhizome.bench.wordnet.WordNetImport;
import dev.rhizome.client.RhizomeClient;
import java.net.URI;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rhizome import}. */
@Command(name = "import", description = "Loads a data set into a tenant of a running service.")
final class ImportCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    ImportCommand() {
        spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return 2;
    }

    /** {@code rhizome import wordnet}. */
    @Command(
            name = "wordnet",
            description =
                    "Loads WordNet 3.1. What is there already is left alone, so an interrupted import is repeated.")
    static final class WordNetCommand implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        @Option(names = "--limit", description = "Only the N most common synsets (all).", paramLabel = "N")
        private int limit = Integer.MAX_VALUE;

        @Option(
                names = "--url",
                defaultValue = "${env:RHIZOME_URL:-http://localhost:8080}",
                description = "Where the service is (${DEFAULT-VALUE}).")
        private URI url = URI.create("http://localhost:8080");

        @Option(
                names = "--key",
                defaultValue = "${env:RHIZOME_KEY}",
                required = true,
                description = "A writer's key of the tenant, or RHIZOME_KEY.")
        private String key = "";

        WordNetCommand() {
            spec = CommandSpec.create();
        }

        @Override
        public Integer call() {
            if (limit < 1) {
                throw new IllegalArgumentException("--limit: " + limit + " (expected: 1 or more)");
            }
            try (RhizomeClient client = RhizomeClient.of(url).withKey(key)) {
                new WordNetImport(new BulkLoad(client, spec.commandLine().getOut())).run(WordNet.mostCommon(limit));
                return 0;
            }
        }
    }
}
