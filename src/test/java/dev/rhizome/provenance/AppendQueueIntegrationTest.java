package dev.rhizome.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.binding.RecordBinder;
import dev.rhizome.indexing.IndexArrays;
import dev.rhizome.indexing.Indexer;
import dev.rhizome.problem.Overloaded;
import dev.rhizome.problem.Refused;
import dev.rhizome.provenance.ChainWriter.Addition;
import dev.rhizome.tenant.Actor;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Callers that share a transaction, of whom some leave. */
class AppendQueueIntegrationTest {

    private static final RunningService SERVICE = RunningService.on(TestDatabase.create(), "--DB_POOL_MAX=8");
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static int tenants;

    private final AppendQueue queue = new AppendQueue(SERVICE.bean(ChainWriter.class), 60);
    private String tenant = "";

    @BeforeEach
    void aTenantWithAChain() throws Exception {
        tenant = SERVICE.newTenant("queue-" + ++tenants);
        done(append("first"));
    }

    @AfterAll
    static void close() {
        SERVICE.close();
    }

    @Test
    void whoeverLeavesBeforeTheTransactionTakesHisEntriesAlongAndNobodyElses() throws Exception {
        CompletableFuture<@Nullable String> running;
        CompletableFuture<@Nullable String> staying;
        try (TestDatabase.Held held = locked()) {
            assertThat(held.isHeld()).isTrue();
            running = append("running");
            CompletableFuture<@Nullable String> leaving = append("leaving");
            staying = append("staying");
            assertThat(leaving.cancel(true)).isTrue();
        }

        done(running);
        done(staying);
        assertThat(ids()).containsExactly("first", "running", "staying");
    }

    @Test
    void aTransactionThatHasBegunGoesOnWithoutWhoeverBeganIt() throws Exception {
        CompletableFuture<@Nullable String> behind;
        try (TestDatabase.Held held = locked()) {
            assertThat(held.isHeld()).isTrue();
            CompletableFuture<@Nullable String> leaving = append("leaving");
            behind = append("behind");
            assertThat(leaving.cancel(true)).isTrue();
        }

        done(behind);
        assertThat(ids()).containsExactly("first", "leaving", "behind");
    }

    @Test
    void fiftyThatWaitShareOneTransaction() throws Exception {
        List<CompletableFuture<@Nullable String>> all = new ArrayList<>();
        try (TestDatabase.Held held = locked()) {
            assertThat(held.isHeld()).isTrue();
            for (int i = 0; i < 50; i++) {
                all.add(append("e" + i));
            }
        }

        for (CompletableFuture<@Nullable String> each : all) {
            done(each);
        }
        assertThat(ids()).hasSize(51);
        assertThat(SERVICE.rows(tenant, "select distinct xmin::text from caws_provenance_graph"))
                .as("transactions: the first entry's, that of the one that came first, that of the others")
                .hasSize(3);
    }

    @Test
    void oneThatIsThereAlreadyKeepsNobodyElseOut() throws Exception {
        CompletableFuture<@Nullable String> running;
        CompletableFuture<@Nullable String> again;
        CompletableFuture<@Nullable String> fresh;
        try (TestDatabase.Held held = locked()) {
            assertThat(held.isHeld()).isTrue();
            running = append("running");
            again = append("first");
            fresh = append("fresh");
        }

        done(running);
        done(fresh);
        assertThat(again)
                .failsWithin(LIMIT)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(ChainWriter.AlreadyThere.class);
        assertThat(ids()).containsExactly("first", "running", "fresh");
    }

    @Test
    void nothingIsAppendedToATenantThatIsBeingRemoved() {
        SERVICE.database()
                .asAdministrator("update rhizome.tenants set status = 'closing' where tenant_id = '" + tenant + "'");

        assertThat(append("late"))
                .failsWithin(LIMIT)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(Refused.class);
        assertThat(ids()).containsExactly("first");
    }

    @Test
    void tooManyAreToldToComeAgain() throws Exception {
        List<CompletableFuture<@Nullable String>> all = new ArrayList<>();
        CompletableFuture<@Nullable String> oneTooMany;
        try (TestDatabase.Held held = locked()) {
            assertThat(held.isHeld()).isTrue();
            for (int i = 0; i < 60; i++) {
                all.add(append("e" + i));
            }
            oneTooMany = append("one too many");
        }

        assertThat(oneTooMany)
                .failsWithin(LIMIT)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(Overloaded.class);
        for (CompletableFuture<@Nullable String> each : all) {
            done(each);
        }
    }

    private CompletableFuture<@Nullable String> append(String id) {
        byte[] json = "{\"type\":\"gate\",\"id\":\"%s\"}".formatted(id).getBytes(StandardCharsets.UTF_8);
        EntryInput entry =
                SERVICE.bean(RecordBinder.class).json(json, EntryBody.class).entry();
        Addition addition = new Addition(List.of(entry), arrays(entry), new Actor("test", "writer", null));
        return queue.append(addition)
                .contextWrite(TenantContext.of(new TenantId(UUID.fromString(tenant))))
                .thenReturn(id)
                .toFuture();
    }

    private IndexArrays arrays(EntryInput entry) {
        return Objects.requireNonNull(SERVICE.bean(Indexer.class)
                .write(List.of(entry.document()), Mono::just)
                .contextWrite(TenantContext.of(new TenantId(UUID.fromString(tenant))))
                .block(LIMIT));
    }

    /** Somebody who holds the chain's end. */
    private TestDatabase.Held locked() throws SQLException {
        return SERVICE.database()
                .hold("set local app.current_tenant = '" + tenant
                        + "'; select 1 from rhizome.provenance_chains where tenant_id = '" + tenant + "' for update");
    }

    private List<String> ids() {
        return SERVICE.rows(tenant, "select entity_id from caws_provenance_graph order by sequence");
    }

    private static void done(CompletableFuture<@Nullable String> future)
            throws ExecutionException, InterruptedException, TimeoutException {
        assertThat(future.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isNotEmpty();
    }
}
