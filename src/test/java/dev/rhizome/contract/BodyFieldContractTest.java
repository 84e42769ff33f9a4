package dev.rhizome.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.contract.Findings.Case;
import dev.rhizome.testing.OpenApiDocument.Operation;
import dev.rhizome.testing.RawClient.Reply;
import dev.rhizome.testing.RawClient.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Every field of every body refuses what the document says that it does not take, and is named. */
class BodyFieldContractTest {

    private static final Callers CALLERS = Callers.ofNewTenant();
    private static final int MOST_LISTED = 20;
    private static final int LARGEST_PROBLEM = 32 * 1024;

    static Stream<Operation> bodies() {
        return Callers.ours()
                .filter(operation -> operation.body("application/json").isPresent());
    }

    static Stream<Operation> bulk() {
        return Callers.bulk();
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void aBadValueIsRefusedAndItsFieldIsNamed(Operation operation) {
        List<Case> cases = new ArrayList<>();
        String target = CALLERS.target(operation);
        for (Bad bad : bad(operation)) {
            Request request = Request.json(operation.method(), target, Valid.json(with(operation, bad)));
            cases.add(Case.of(bad.kind() + " in " + bad.field(), request, Findings.names(bad)));
        }

        assertThat(cases).isNotEmpty();
        Findings.none(CALLERS.of(operation), cases);
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void aFieldThatIsNeededAndAbsentOrNullIsNamed(Operation operation) {
        List<Case> cases = new ArrayList<>();
        String target = CALLERS.target(operation);
        for (JsonNode name : Valid.schema(operation).path("required")) {
            String field = name.asString();
            ObjectNode without = Valid.body(operation).without(field);
            ObjectNode isNull = Valid.body(operation).putNull(field);
            cases.add(Case.of(
                    "without " + field,
                    Request.json(operation.method(), target, Valid.json(without)),
                    Findings.names(field)));
            cases.add(Case.of(
                    "null " + field,
                    Request.json(operation.method(), target, Valid.json(isNull)),
                    Findings.names(field)));
        }

        Findings.none(CALLERS.of(operation), cases);
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void anUnknownFieldIsNamedWhereTheFormatIsOurs(Operation operation) {
        boolean isOpen = Valid.schema(operation).path("additionalProperties").asBoolean(false);
        Request request = Request.json(
                operation.method(),
                CALLERS.target(operation),
                Valid.json(Valid.body(operation).put("nonsense", 1)));

        Findings.none(
                CALLERS.of(operation),
                List.of(Case.of(
                        "unknown field",
                        request,
                        isOpen ? reply -> reply.status() < 400 ? "" : "must be taken" : Findings.names("nonsense"))));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void aHugeListOfWrongElementsGetsAShortProblem(Operation operation) {
        List<Case> cases = new ArrayList<>();
        Valid.schema(operation).path("properties").forEachEntry((name, property) -> {
            if (Valid.type(property).equals("array")) {
                ObjectNode body = Valid.body(operation).without(name);
                String start = Valid.json(body).replaceFirst("}$", body.isEmpty() ? "" : ",") + "\"" + name + "\":[";
                String wrong = start + "[1],".repeat(200_000) + "[1]]}";
                String many = start + "\"T\",".repeat(80_000) + "\"T\"]}";
                String target = CALLERS.target(operation);
                cases.add(Case.of("wrong " + name, Request.json(operation.method(), target, wrong), shortly(name)));
                cases.add(Case.of("many " + name, Request.json(operation.method(), target, many), shortly(name)));
            }
        });

        Findings.none(CALLERS.of(operation), cases);
    }

    private static java.util.function.Function<Reply, String> shortly(String field) {
        Bad bad = new Bad("", field, tools.jackson.databind.node.NullNode.getInstance());
        return reply -> reply.status() == 400
                        && bad.isNamedBy(reply.fields())
                        && reply.fields().size() <= MOST_LISTED
                        && reply.text().length() <= LARGEST_PROBLEM
                ? ""
                : "must be 400 and name " + field + " in " + MOST_LISTED + " errors at most, not in "
                        + reply.fields().size() + " of " + reply.text().length() + " characters";
    }

    @ParameterizedTest
    @MethodSource("bulk")
    void aBadLineIsRefusedByItsNumberAndItsFieldIsNamed(Operation operation) {
        List<Bad> bad = bad(operation);
        StringBuilder lines = new StringBuilder();
        bad.forEach(one -> lines.append(Valid.json(with(operation, one))).append('\n'));

        Reply reply = CALLERS.of(operation).ask(Request.lines(CALLERS.target(operation), lines.toString()));

        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        List<JsonNode> answers = reply.lines();
        assertThat(answers).hasSize(bad.size() + 1);
        List<String> findings = new ArrayList<>();
        for (int i = 0; i < bad.size(); i++) {
            JsonNode answer = answers.get(i);
            JsonNode problem = answer.path("problem");
            if (answer.path("line").asInt() != i + 1 || !bad.get(i).isNamedBy(Reply.fields(problem))) {
                findings.add(bad.get(i).kind() + " in " + bad.get(i).field() + " of line " + (i + 1) + ": " + answer);
            }
        }
        assertThat(findings).isEmpty();
    }

    private static List<Bad> bad(Operation operation) {
        List<Bad> bad = new ArrayList<>();
        Valid.schema(operation).path("properties").forEachEntry((name, property) -> bad.addAll(Bad.of(name, property)));
        return bad;
    }

    private static ObjectNode with(Operation operation, Bad bad) {
        String top = bad.field().split("\\.", 2)[0];
        ObjectNode body = Valid.body(operation);
        body.set(top.equals("body") ? firstObject(operation) : top, bad.value());
        return body;
    }

    /** The field that the value that is too deep goes into. */
    private static String firstObject(Operation operation) {
        for (var property : Valid.schema(operation).path("properties").properties()) {
            boolean isOpen = !property.getValue().has("properties");
            if (Valid.type(property.getValue()).equals("object") && isOpen) {
                return property.getKey();
            }
        }
        throw new AssertionError(operation + " has no object of the client's own");
    }
}
