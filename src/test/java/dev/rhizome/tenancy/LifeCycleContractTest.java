package dev.rhizome.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How a tenant ends: for good, whoever would rather not, and without leaving anything. */
class LifeCycleContractTest {

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final RunningService SERVICE = RunningService.on(
            DATABASE,
            "--DB_POOL_MAX=8",
            "--rhizome.vectors.own-from=20",
            "--rhizome.vectors.interval=100ms",
            "--rhizome.vectors.calm=200ms",
            "--rhizome.indexing.late-interval=100ms",
            "--rhizome.events.upkeep-interval=200ms",
            "--rhizome.provenance.head-after=1s",
            "--rhizome.provenance.head-interval=200ms");
    private static final String TABLES = """
            select relname from pg_class c
             where relnamespace = 'rhizome'::regnamespace and relkind in ('r', 'p') and not relispartition
               and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id')
               and c.relname <> 'federated_answers' -- nobody's
            """;

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    /** What whoever has the service's password could try, to begin a chain anew. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "update tenants set status = 'active' where tenant_id = current_tenant()",
                "update tenants set status = 'closing' where tenant_id = current_tenant()",
                "delete from tenants where tenant_id = current_tenant()",
                "delete from provenance_chains where tenant_id = current_tenant()",
                "delete from event_chains where tenant_id = current_tenant()",
                "delete from audit_log where tenant_id = current_tenant()",
                "select purge_append_only(10)",
                "select end_tenant()",
                "insert into tenants (tenant_id, slug, name, status) values (current_tenant(), 'a', 'a', 'active')",
            })
    void theServicesRoleMayNot(String sql) {
        UUID tenant = UUID.fromString(SERVICE.newTenant("a" + UUID.randomUUID()));

        assertThatThrownBy(() -> DATABASE.asApplication(tenant, sql))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        error -> assertThat(error.getSQLState()).isEqualTo("42501"));
    }

    @Test
    void whatWasClosedStaysClosedAndItsIdIsNotUsedAgain() throws SQLException {
        UUID tenant = UUID.fromString(SERVICE.newTenant("closed"));
        DATABASE.asApplication(tenant, "select close_tenant('nobody', 'none', null)");

        assertThat(DATABASE.asApplication(tenant, "select suspend_tenant(true)"))
                .containsExactly("f");
        assertThat(DATABASE.asApplication(tenant, "select suspend_tenant(false)"))
                .containsExactly("f");
        assertThatThrownBy(() -> DATABASE.asOwner(
                        "set app.current_tenant = '" + tenant + "'",
                        "update rhizome.tenants set status = 'active' where tenant_id = '" + tenant + "'"))
                .hasMessageContaining("stays so");
        SERVICE.client(RunningService.OPERATOR)
                .patch()
                .uri("/v1/tenants/" + tenant)
                .bodyValue("{\"status\":\"active\"}")
                .header("Content-Type", "application/json")
                .exchange()
                .expectStatus()
                .isEqualTo(409);
        assertThat(DATABASE.asApplication(tenant, "select end_tenant()")).isEmpty();
        assertThatThrownBy(() -> DATABASE.asApplication(
                        tenant, "insert into tenants (tenant_id, slug, name) values (current_tenant(), 'b', 'b')"))
                .hasMessageContaining("was removed");
        assertThat(DATABASE.asApplication(tenant, "select action || ' ' || actor from audit_log order by 1"))
                .contains("deleted nobody");
    }

    @Test
    void aTenantWithRowsSomewhereDoesNotEnd() throws SQLException {
        String id = SERVICE.newTenant("crowded");
        UUID tenant = UUID.fromString(id);
        SERVICE.json(SERVICE.newKey(id, "writer"))
                .post("/v1/entities", "{\"id\":\"one\",\"type\":\"T\",\"name\":\"one\"}")
                .block();
        DATABASE.asApplication(tenant, "select close_tenant('nobody', 'none', null)");

        assertThat(DATABASE.asApplication(tenant, "select end_tenant()"))
                .contains("api_keys", "entities", "hybrid_search_index");
        assertThatThrownBy(() -> DATABASE.asApplication(tenant, "select enter_tenant()"))
                .hasMessageContaining("being removed");
        delete(id);
        assertThat(left(tenant)).containsExactly("audit_log");
    }

    /** So that whoever adds a table says whether its rows travel, and they are removed with their tenant. */
    @Test
    void everyTableIsListedOnce() throws SQLException {
        assertThat(TenantTable.all().stream().map(TenantTable::name).toList())
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(DATABASE.readAsAdministrator(TABLES).stream()
                        .filter(table -> !table.startsWith("vectors_t"))
                        .toList());
        assertThat(DATABASE.readAsAdministrator(TABLES
                        + " and not has_table_privilege('rhizome_app', c.oid, 'delete') and relname <> 'tenants'"
                        + " and relname not in ('audit_log', 'tenant_access_log')"))
                .containsExactlyInAnyOrderElementsOf(TenantTable.all().stream()
                        .filter(TenantTable::appendOnly)
                        .map(TenantTable::name)
                        .toList());
    }

    /** Uploads of each kind, reads, jobs and moves go on while the tenant is removed; afterwards no table knows of it. */
    @Test
    void nothingIsLeftOfATenantThatIsRemovedAmidWork() throws SQLException {
        for (int round = 0; round < 3; round++) {
            String id = SERVICE.newTenant("busy" + round);
            String key = SERVICE.newKey(id, "writer");
            AtomicInteger written = new AtomicInteger();
            Disposable work = work(SERVICE.json(key), written);
            try {
                while (written.get() < 40) {
                    Mono.delay(Duration.ofMillis(50)).block();
                }
                delete(id);
            } finally {
                work.dispose();
            }
            Mono.delay(Duration.ofMillis(500)).block(); // what was under way has ended
            assertThat(left(UUID.fromString(id))).as("round " + round).containsExactly("audit_log");
            assertThat(DATABASE.readAsAdministrator(
                            "select relname from pg_class where relname like 'vectors_t" + id.replace("-", "") + "%'"))
                    .isEmpty();
        }
    }

    private static Disposable work(JsonClient client, AtomicInteger written) {
        AtomicInteger number = new AtomicInteger();
        List<Mono<?>> kinds = List.of(
                Mono.defer(() -> client.postLines("/v1/entities", entities(number.getAndAdd(10)))),
                Mono.defer(() -> client.postLines(
                        "/v1/events",
                        "{\"id\":\"e%d\",\"type\":\"task_end\",\"agentId\":\"a\",\"latency\":{\"averageMs\":3}}\n"
                                .formatted(number.incrementAndGet()))),
                Mono.defer(() -> client.post(
                        "/v1/provenance",
                        "{\"type\":\"gate\",\"id\":\"v%d\",\"description\":\"fine\"}"
                                .formatted(number.incrementAndGet()))),
                Mono.defer(() -> client.post(
                        "/v1/agents", "{\"id\":\"a%d\",\"name\":\"Ada\"}".formatted(number.incrementAndGet()))),
                Mono.defer(() -> client.get("/v1/search?q=word")));
        return Flux.fromIterable(kinds)
                .flatMap(kind -> kind.doOnNext(answer -> written.incrementAndGet())
                        .onErrorComplete()
                        .repeat())
                .subscribe();
    }

    private static String entities(int from) {
        StringBuilder lines = new StringBuilder();
        for (int i = from; i < from + 10; i++) {
            lines.append("{\"id\":\"n%d\",\"type\":\"T\",\"name\":\"word %d\",\"text\":\"a text of %d\"}\n"
                    .formatted(i, i, i));
        }
        return lines.toString();
    }

    private static void delete(String tenant) {
        SERVICE.client(RunningService.OPERATOR)
                .delete()
                .uri("/v1/tenants/" + tenant)
                .exchange()
                .expectStatus()
                .isNoContent();
    }

    /** Tables that have rows of {@code tenant}. */
    private static List<String> left(UUID tenant) throws SQLException {
        return DATABASE.readAsAdministrator(TABLES).stream()
                .filter(table -> hasRows(table, tenant))
                .toList();
    }

    private static boolean hasRows(String table, UUID tenant) {
        try {
            return !DATABASE.readAsAdministrator(
                            "select 1 from rhizome." + table + " where tenant_id = '" + tenant + "' limit 1")
                    .isEmpty();
        } catch (SQLException e) {
            throw new IllegalStateException(table, e);
        }
    }
}
