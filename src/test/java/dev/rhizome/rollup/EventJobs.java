package dev.rhizome.rollup;

import dev.rhizome.event.EventTenant;
import dev.rhizome.event.RetentionJob;
import dev.rhizome.job.JobRunner;
import dev.rhizome.testing.Awaited;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.util.Map;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/** A service whose jobs on events run when a test says so, in small parts, so that each test sees several. */
public record EventJobs(TestDatabase database, RunningService service) {

    /** A service on a database of its own, with {@code more} settings; whoever starts it closes it. */
    public static EventJobs start(String... more) {
        TestDatabase database = TestDatabase.create();
        Stream<String> settings = Stream.of(
                "--DB_POOL_MAX=4",
                "--rhizome.events.upkeep-interval=1000d",
                "--rhizome.events.roll-up-batch=70",
                "--rhizome.events.retention-interval=0ms",
                "--rhizome.events.retention-batch=10");
        return new EventJobs(
                database,
                RunningService.on(
                        database, Stream.concat(settings, Stream.of(more)).toArray(String[]::new)));
    }

    /** Rolls up and retains the events of all tenants. */
    public void run() {
        JobRunner runner = service.bean(JobRunner.class);
        Mono<Void> both = runner.runPending(service.bean(RollupJob.class))
                .then(runner.runPending(service.bean(RetentionJob.class)));
        Awaited.create(both).expectComplete().verify(EventTenant.LIMIT);
    }

    /** Gives a tenant a retention policy. */
    public void retain(EventTenant tenant, String policy, int days) {
        service.client(RunningService.OPERATOR)
                .patch()
                .uri("/v1/tenants/" + tenant.id())
                .bodyValue(Map.of("retention", Map.of("events", Map.of("days", days, "policy", policy))))
                .exchange()
                .expectStatus()
                .isOk();
    }
}
