package dev.rhizome.federation;

import dev.rhizome.testing.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** Federated tenants of one database, with outcomes of January 2026, and the questions that they ask about it. */
public final class Federation {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final TestDatabase database;

    /** Those of {@code database}. */
    public Federation(TestDatabase database) {
        this.database = database;
    }

    /** From now on no tenant is federated that was there before, and nothing was asked. */
    void begin() {
        database.asAdministrator(
                "update rhizome.tenants set isolation = 'strict', privacy = '{}'",
                "delete from rhizome.federated_answers");
        forgive();
    }

    /** As if a new quarter had begun. */
    void forgive() {
        database.asAdministrator(
                "begin; set local rhizome.erasing = 'privacy_ledger'; delete from rhizome.privacy_ledger; commit");
    }

    /** New federated tenants, each with an agent. */
    public List<UUID> tenants(int count) {
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            UUID id = UUID.randomUUID();
            database.asAdministrator("""
                    insert into rhizome.tenants (tenant_id, slug, name, isolation)
                    values ('%1$s', 'federated-%2$d', 'F', 'federated');
                    insert into rhizome.agent_profiles (tenant_id, agent_id, name, model_family) values ('%1$s', 'a', 'A', 'm')
                    """.formatted(id, NUMBER.incrementAndGet()));
            ids.add(id);
        }
        return ids;
    }

    /** An outcome of each of {@code tenants} in the middle of January 2026. */
    public void outcome(List<UUID> tenants, String group, double quality, long latencyMs) {
        outcomes(tenants, "array['" + group + "']", quality, latencyMs);
    }

    /** An outcome of each of {@code tenants} in each of {@code groups}, which is an array in SQL. */
    void outcomes(List<UUID> tenants, String groups, double quality, long latencyMs) {
        for (UUID tenant : tenants) {
            database.asAdministrator("""
                    insert into rhizome.agent_performance_events
                      (tenant_id, agent_id, event_id, task_type, success, quality, latency_ms, recorded_at)
                    select '%s', 'a', gen_random_uuid(), g, true, %s, %d, '2026-01-15' from unnest(%s) as g
                    """.formatted(tenant, quality, latencyMs, groups));
        }
    }

    /** What an operator says of a tenant's privacy. */
    void privacy(UUID tenant, String json) {
        database.asAdministrator(
                "update rhizome.tenants set privacy = '" + json + "' where tenant_id = '" + tenant + "'");
    }

    /** What becomes of a question about January 2026: the outcome, and of an answer the figure. */
    String ask(UUID asker, String measure, String group) throws SQLException {
        return database.asApplication(asker, """
                        select concat_ws(' ', outcome, value, tenants, k, scale)
                          from federated_figure('%s', '%s', 'month', '2026-01-01')
                        """.formatted(measure, group)).getFirst();
    }

    /** How often {@code tenant} was charged. */
    int charged(UUID tenant, String side) throws SQLException {
        return Integer.parseInt(
                database.asApplication(tenant, "select count(*) from privacy_ledger where side = '" + side + "'")
                        .getFirst());
    }

    /**
     * New answers about the groups {@code g1} and on, all of which nobody pays for.
     *
     * @param columns of them, in SQL
     */
    List<String> answers(UUID asker, String measure, int groups, String columns) throws SQLException {
        database.asAdministrator("""
                do $do$ begin
                  perform set_config('app.current_tenant', '%s', true), set_config('rhizome.erasing', 'privacy_ledger', true);
                  for i in 1..%d loop
                    perform rhizome.federated_figure('%s', 'g' || i, 'month', '2026-01-01');
                    delete from rhizome.privacy_ledger;
                  end loop;
                end $do$
                """.formatted(asker, groups, measure));
        return database.readAsAdministrator(
                "select " + columns + " from federated_answers where measure = '" + measure + "'");
    }
}
