package dev.rhizome.bench;

import dev.rhizome.bench.attack.Campaign;
import dev.rhizome.bench.attack.TokenForge;
import dev.rhizome.bench.attack.Verdict;
import dev.rhizome.bench.attack.Verdict.Count;
import dev.rhizome.bench.attack.Wire;
import dev.rhizome.bench.service.ServiceDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Attackers in pairs, and their victim, which reads what it has all the while. */
final class AttackRun {

    private static final Duration TELL = Duration.ofSeconds(10);
    private static final Duration BETWEEN_READS = Duration.ofMillis(200);

    /** But for those to which the victim's own reads and jobs write: its usage, events rolled up, its chain's heads signed, its leases. */
    private static final String TABLES = """
            select relname from pg_class
             where relnamespace = 'rhizome'::regnamespace and relkind in ('r', 'p') and not relispartition
               and relname not in ('flyway_schema_history', 'vector_spaces', 'job_leases', 'event_progress', 'performance_rollups',
                                   'provenance_checkpoints', 'late_vectors', 'tenant_usage', 'federated_answers')
             order by 1
            """;

    /**
     * How much is done.
     *
     * @param requests of all attackers; a pair that has begun comes to its end
     * @param workers pairs at a time
     * @param rounds of one pair at most, each a request of either
     */
    record Plan(int requests, int workers, int rounds) {}

    /**
     * What was seen.
     *
     * @param counts by what they count
     * @param perSecond requests of attackers
     * @param victimsTables tables of the victim whose rows were counted and digested, 0 for a service elsewhere
     * @param victimsTablesChanged those of them that were not as before
     * @param findings the first of them, in words
     */
    record Figures(
            Map<String, Long> counts,
            double perSecond,
            int victimsTables,
            List<String> victimsTablesChanged,
            List<String> findings) {

        boolean isClean() {
            return findings.isEmpty() && victimsTablesChanged.isEmpty();
        }
    }

    private final Session session;
    private final Plan plan;
    private final @Nullable TokenForge forge;
    private int told;

    /** Attacks the service of {@code session}, which trusts {@code forge} if there is one. */
    AttackRun(Session session, Plan plan, @Nullable TokenForge forge) {
        this.session = session;
        this.plan = plan;
        this.forge = forge;
    }

    /** Attacks, prints and gives what was seen. */
    Figures measure() {
        try (Wire wire = new Wire(session.url());
                Campaign campaign = new Campaign(wire, session.operatorKey(), forge, session.seed())) {
            Map<String, String> before = digests(campaign.victim());
            long began = System.nanoTime();
            attack(campaign);
            double seconds = (System.nanoTime() - began) / 1e9;
            campaign.look();
            Map<String, String> after = digests(campaign.victim());
            List<String> changed = before.keySet().stream()
                    .filter(table -> !Objects.equals(before.get(table), after.get(table)))
                    .toList();
            Figures figures = figures(campaign.verdict(), seconds, before.size(), changed);
            print(figures);
            return figures;
        }
    }

    private void attack(Campaign campaign) {
        try (ExecutorService threads = Executors.newFixedThreadPool(plan.workers() + 1)) {
            List<Future<?>> workers = new ArrayList<>();
            for (int worker = 0; worker < plan.workers(); worker++) {
                int number = worker;
                workers.add(threads.submit(() -> duels(campaign, number)));
            }
            Future<?> victim = threads.submit(() -> look(campaign));
            try {
                for (Future<?> worker : workers) {
                    await(worker, campaign.verdict());
                }
            } finally {
                boolean unused = victim.cancel(true);
            }
        }
    }

    private void await(Future<?> worker, Verdict verdict) {
        while (true) {
            try {
                Object unused = worker.get(TELL.toSeconds(), TimeUnit.SECONDS);
                return;
            } catch (TimeoutException e) {
                tell(verdict);
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    /** How far it is, and what was found since. */
    private void tell(Verdict verdict) {
        List<String> findings = verdict.findings();
        session.say("%,d requests, %d findings".formatted(verdict.of(Count.REQUESTS), findings.size()));
        findings.stream().skip(told).forEach(session::say);
        told = findings.size();
    }

    private void duels(Campaign campaign, int worker) {
        SplittableRandom seeds = new SplittableRandom(session.seed() * 1_000 + worker);
        // A duel ends before its last round where one of the two was told to come again later, for they are not alike
        // any more.
        while (campaign.verdict().of(Count.REQUESTS) < plan.requests()) {
            campaign.duel(seeds.nextLong(), plan.rounds());
        }
    }

    private static void look(Campaign campaign) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                campaign.look();
                Thread.sleep(BETWEEN_READS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Number and digest of the victim's rows in each table, as the victim sees them. */
    private Map<String, String> digests(String victim) {
        ServiceDatabase database = session.database();
        Map<String, String> digests = new LinkedHashMap<>();
        if (database == null) {
            return digests;
        }
        try {
            ServiceDatabase own = database.ofTenant(victim);
            for (List<String> table : own.rows(TABLES)) {
                String name = table.getFirst();
                digests.put(name, own.rows("""
                        select count(*), md5(string_agg(md5(t::text), '' order by md5(t::text))) from rhizome.%s t
                        """.formatted(name)).toString());
            }
            return digests;
        } catch (SQLException e) {
            throw new IllegalStateException("the victim's rows cannot be counted: " + e.getMessage(), e);
        }
    }

    private static Figures figures(Verdict verdict, double seconds, int tables, List<String> changed) {
        Map<String, Long> counts = new LinkedHashMap<>();
        verdict.counts().forEach((what, count) -> counts.put(what.label(), count));
        return new Figures(counts, verdict.of(Count.REQUESTS) / seconds, tables, changed, verdict.findings());
    }

    private void print(Figures figures) {
        Table table = new Table("what", "count");
        figures.counts().forEach((what, count) -> table.row(what, "%,d".formatted(count)));
        table.row("requests a second", Table.decimals(0, figures.perSecond()));
        table.row("tables of the victim digested", String.valueOf(figures.victimsTables()));
        table.row(
                "tables of the victim changed",
                String.valueOf(figures.victimsTablesChanged().size()));
        table.print(session.out());
        figures.victimsTablesChanged().forEach(each -> session.say("changed: " + each));
        figures.findings().stream().skip(told).forEach(session::say);
    }
}
