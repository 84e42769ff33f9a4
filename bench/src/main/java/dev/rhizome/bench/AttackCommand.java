package dev.rhizome.bench;

import dev.rhizome.bench.attack.TokenForge;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench attack}. */
@Command(
        name = "attack",
        description = "One tenant does all it can to see, count or change what another one has.",
        footer = {
            "",
            "Attackers come in pairs that send the same requests, drawn from the description of the API: one of the two names"
                    + " a tenant that exists, the other one that does not. All their answers must be the same. The victim"
                    + " reads meanwhile, on the same three database connections. Status 1 where something was found; the same"
                    + " seed and number of workers draw the same requests."
        })
final class AttackCommand implements Callable<Integer> {

    /** A small pool, so that tenants follow one another on each connection. */
    private static final String CONNECTIONS = "3";

    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(names = "--requests", paramLabel = "N", description = "Of all attackers, or a few more (${DEFAULT-VALUE}).")
    private int requests = 20_000;

    @Option(names = "--workers", paramLabel = "N", description = "Pairs of attackers at a time (${DEFAULT-VALUE}).")
    private int workers = 4;

    @Option(names = "--rounds", paramLabel = "N", description = "Most rounds of one pair (${DEFAULT-VALUE}).")
    private int rounds = 2_000;

    AttackCommand() {
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        AttackRun.Plan plan = new AttackRun.Plan(
                BenchOptions.atLeast("--requests", requests, 1),
                BenchOptions.atLeast("--workers", workers, 1),
                BenchOptions.atLeast("--rounds", rounds, 1));
        try (TokenForge forge = new TokenForge();
                Session session = Session.open(options, spec.commandLine().getOut(), variables(forge))) {
            AttackRun.Figures figures = new AttackRun(session, plan, trusted(forge)).measure();
            session.report("attack", settings(), figures);
            return figures.isClean() ? 0 : 1;
        }
    }

    /** A service that is not started here trusts another issuer, or none. */
    private @Nullable TokenForge trusted(TokenForge forge) {
        return options.url() == null ? forge : null;
    }

    private static Map<String, String> variables(TokenForge forge) {
        return Map.of(
                "DB_POOL_MIN",
                "1",
                "DB_POOL_MAX",
                CONNECTIONS,
                "RHIZOME_JWT_ISSUER",
                forge.url(),
                "RHIZOME_JWT_AUDIENCE",
                TokenForge.AUDIENCE);
    }

    private Map<String, Object> settings() {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("requests", requests);
        told.put("workers", workers);
        told.put("rounds", rounds);
        told.put("seed", options.seed());
        return told;
    }
}
