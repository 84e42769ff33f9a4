package dev.rhizome.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.contract.Findings.Case;
import dev.rhizome.testing.OpenApiDocument.Operation;
import dev.rhizome.testing.RawClient.Reply;
import dev.rhizome.testing.RawClient.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Methods that a path has not, HEAD beside every GET, and Accept that says nothing. */
class MethodAndAcceptContractTest {

    private static final Callers CALLERS = Callers.ofNewTenant();
    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");

    static Stream<Operation> gets() {
        return Callers.operations().filter(operation -> operation.method().equals("GET"));
    }

    static Stream<Operation> ours() {
        return Callers.ours();
    }

    static Stream<String> paths() {
        return Callers.ours().map(Operation::path).distinct();
    }

    @ParameterizedTest
    @MethodSource("gets")
    void headAnswersAsGetDoesWithoutABody(Operation operation) {
        String target = CALLERS.target(operation);
        Reply get = CALLERS.of(operation).ask(Request.of("GET", target));
        Reply head = CALLERS.of(operation).ask(Request.of("HEAD", target));

        assertThat(head.status()).as(get + " and " + head).isEqualTo(get.status());
        assertThat(head.headers().getContentType()).isEqualTo(get.headers().getContentType());
        assertThat(head.text()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("ours")
    void anAcceptThatSaysNothingIs406(Operation operation) {
        Request request = operation.body("application/json").isEmpty()
                ? Request.of(operation.method(), CALLERS.target(operation))
                : Request.json(operation.method(), CALLERS.target(operation), Valid.json(Valid.body(operation)));
        List<Case> cases = new ArrayList<>();
        for (String accept : List.of("garbage", "a/b/c", "application/", "*/json", ";q=1")) {
            cases.add(new Case("Accept: " + accept, request, List.of("Accept", accept), Findings.refused(406)));
        }

        Findings.none(CALLERS.of(operation), cases);
    }

    @ParameterizedTest
    @MethodSource("paths")
    void aMethodThatAPathHasNotIs405AndTheOthersAreNamed(String path) {
        Set<String> known = Callers.ours()
                .filter(operation -> operation.path().equals(path))
                .map(Operation::method)
                .collect(Collectors.toCollection(TreeSet::new));
        Operation one = Callers.ours()
                .filter(operation -> operation.path().equals(path))
                .findFirst()
                .orElseThrow();
        for (String method : METHODS) {
            boolean isTaken = dev.rhizome.testing.OpenApiDocument.served()
                    .operation(method, CALLERS.path(one, Map.of()))
                    .isPresent();
            if (!isTaken) {
                Reply reply = CALLERS.of(one).ask(Request.of(method, CALLERS.path(one, Map.of())));
                assertThat(reply.status())
                        .as(method + " " + path + ": " + reply)
                        .isEqualTo(405);
                assertThat(String.valueOf(reply.headers().getFirst("Allow"))).contains(known);
            }
        }
    }
}
