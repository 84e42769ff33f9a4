package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.RunningService;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which threads the server has. */
class AcceptorContractTest {

    /** Otherwise, clients that come at once to a busy service wait behind each other's answers before they are heard. */
    @Test
    void connectionsAreTakenByAThreadThatAnswersNobody() {
        RunningService service = RunningService.get();
        assertThat(service.json(RunningService.OPERATOR).get("/v1/tenants").block(Duration.ofSeconds(20)))
                .isNotNull();

        Set<String> threads = Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .collect(Collectors.toSet());

        assertThat(threads).anyMatch(name -> name.startsWith("http-select-"));
    }
}
