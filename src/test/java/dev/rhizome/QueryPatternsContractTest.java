package dev.rhizome;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.federation.Federation;
import dev.rhizome.testing.Api;
import dev.rhizome.testing.RawClient;
import dev.rhizome.testing.RawClient.Reply;
import dev.rhizome.testing.RawClient.Request;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends each request of {@code docs/query-patterns.md}, and compares what it says of the answer. */
class QueryPatternsContractTest {

    /** Of its own, since figures are of all tenants that are federated. */
    private static final RunningService SERVICE = RunningService.on(TestDatabase.create());

    private static final int PATTERNS = 14;

    private record Block(String heading, String text) {

        boolean isRequest() {
            return text.matches("(?s)(GET|POST|PATCH|PUT|DELETE) /.*");
        }
    }

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    /** A federated tenant, with six others that it may ask about; gives the key of an admin. */
    private static String federatedTenant() {
        String tenant = SERVICE.newTenant("patterns");
        assertThat(Api.ofOperator(SERVICE)
                        .patch("/v1/tenants/" + tenant, "{\"isolation\":\"federated\"}")
                        .status())
                .isEqualTo(200);
        Federation others = new Federation(SERVICE.database());
        others.outcome(others.tenants(6), "code-review", 0.5, 1_000);
        return SERVICE.newKey(tenant, "admin");
    }

    private static List<Block> blocks() throws IOException {
        List<Block> blocks = new ArrayList<>();
        String heading = "";
        StringBuilder open = new StringBuilder();
        for (String line : Files.readAllLines(Path.of("docs/query-patterns.md"))) {
            if (line.startsWith("    ")) {
                open.append(line.strip()).append('\n');
                continue;
            }
            if (!open.isEmpty()) {
                blocks.add(new Block(heading, open.toString().strip()));
                open.setLength(0);
            }
            heading = line.startsWith("## ") ? line.substring(3) : heading;
        }
        return blocks;
    }

    @Test
    void everyRequestIsAnsweredAsThePageSays() throws IOException {
        RawClient caller = SERVICE.raw(federatedTenant());
        List<Block> blocks = blocks();
        assertThat(blocks.stream()
                        .map(Block::heading)
                        .filter(heading -> heading.matches("\\d+\\. .*"))
                        .distinct())
                .hasSize(PATTERNS);
        JsonNode answer = JsonMapper.shared().nullNode();
        for (Block block : blocks) {
            if (block.isRequest()) {
                Reply reply = sent(caller, block.text());
                answer = body(reply);
                assertThat(reply.status()).as(block + "\n" + reply).isIn(200, 201, 404);
                assertThat(answer.findValues("problem")).as(block.text()).isEmpty();
            } else {
                assertShown(JsonMapper.shared().readTree(block.text()), answer, block.heading() + "\n" + answer);
            }
        }
    }

    /** A body of several lines is NDJSON. */
    private static Reply sent(RawClient caller, String block) {
        List<String> lines = block.lines().toList();
        String[] first = lines.getFirst().split(" ", 2);
        String body = lines.stream().skip(1).collect(Collectors.joining("\n"));
        if (lines.size() > 2) {
            return caller.ask(Request.lines(first[1], body));
        }
        return caller.ask(body.isEmpty() ? Request.of(first[0], first[1]) : Request.json(first[0], first[1], body));
    }

    private static JsonNode body(Reply reply) {
        return String.valueOf(reply.headers().getFirst("Content-Type")).contains("ndjson")
                ? JsonMapper.shared().valueToTree(reply.lines())
                : reply.json();
    }

    private static void assertShown(JsonNode shown, JsonNode answer, String where) {
        if (shown.isObject()) {
            for (Map.Entry<String, JsonNode> field : shown.properties()) {
                assertShown(field.getValue(), answer.path(field.getKey()), where);
            }
        } else if (shown.isArray()) {
            assertThat(answer.size()).as(where).isEqualTo(shown.size());
            for (int i = 0; i < shown.size(); i++) {
                assertShown(shown.get(i), answer.get(i), where);
            }
        } else {
            assertThat(answer).as(where).isEqualTo(shown);
        }
    }
}
