package dev.rhizome.indexing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.problem.NotFound;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.testing.Awaited;
import dev.rhizome.testing.TestDatabase;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How often a tenant is counted, on a connection that counts the counts. */
class TenantProfilesIntegrationTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final ConnectionPool POOL = DATABASE.pool(1);

    private final TenantProfiles profiles = new TenantProfiles(new TenantTransactions(POOL), Duration.ofMinutes(1));
    private final TenantId tenant = new TenantId(UUID.randomUUID());

    @BeforeAll
    static void preparedAtOnce() {
        assertThat(counts()).isZero();
    }

    @AfterAll
    static void close() {
        POOL.dispose();
    }

    @Test
    void allWhoAskAtOnceWaitForOneCount() throws SQLException {
        create();
        long before = counts();

        Mono<List<TenantProfile>> all =
                Flux.range(0, 50).flatMap(i -> current(), 50).collectList().cache();
        Connection only = await(POOL.create()); // nobody counts before all have asked
        Disposable asked = all.subscribe();
        assertThat(await(Mono.from(only.close()).thenReturn(true))).isTrue();
        List<TenantProfile> seen = await(all);
        asked.dispose();

        assertThat(seen).hasSize(50).allMatch(profile -> profile.documents() == 0);
        assertThat(counts() - before).isOne();
    }

    @Test
    void aTenantWithoutDocumentsIsCountedAgainNextTime() throws SQLException {
        create();
        assertThat(await(current()).documents()).isZero();

        index(1, 1);

        assertThat(await(current()).documents()).isOne();
    }

    private void index(int from, int to) throws SQLException {
        DATABASE.asApplication(tenant.value(), """
                select index_documents(array_agg('d' || i), array_agg('T'::text), array_agg('name'::text), array_agg(''::text), array_agg(1::real),
                                       array_agg('{}'::jsonb), 1::smallint, array_agg(null::vector), null,
                                       array_agg(null::vector))
                  from generate_series(%d, %d) i
                """.formatted(from, to));
    }

    @Test
    void whoCancelsTakesTheCountFromNobody() throws SQLException {
        create();

        Disposable gone = current().subscribe();
        Mono<TenantProfile> waiting = current().cache();
        Disposable here = waiting.subscribe();
        gone.dispose();

        assertThat(await(waiting).tenant()).isEqualTo(tenant);
        here.dispose();
    }

    @Test
    void aTenantThatIsNotThereYetIsLookedForAgain() throws SQLException {
        current().as(Awaited::create).expectError(NotFound.class).verify(LIMIT);

        create();

        assertThat(await(current()).tenant()).isEqualTo(tenant);
    }

    private void create() throws SQLException {
        DATABASE.asApplication(
                tenant.value(),
                "insert into tenants (tenant_id, slug, name) values (current_tenant(), 't-' || current_tenant(), 'x')");
    }

    private Mono<TenantProfile> current() {
        return profiles.current().contextWrite(TenantContext.of(tenant));
    }

    private static long counts() {
        return await(Flux.usingWhen(
                        POOL.create(),
                        connection -> Flux.from(connection.createStatement("""
                                                select coalesce(sum(generic_plans + custom_plans), 0)::bigint as counts
                                                  from pg_prepared_statements where statement like '%mean_length%'
                                                """).execute())
                                .concatMap(result ->
                                        result.map((row, metadata) -> Objects.requireNonNull(row.get(0, Long.class)))),
                        connection -> connection.close())
                .next());
    }

    private static <T> T await(Mono<T> value) {
        return Objects.requireNonNull(value.block(LIMIT));
    }
}
