package dev.rhizome.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.RawClient;
import dev.rhizome.testing.RawClient.Reply;
import dev.rhizome.testing.RawClient.Request;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Sends many requests and tells of all whose answers are not right. */
final class Findings {

    private static final int AT_ONCE = 4;

    private Findings() {}

    /**
     * A request and what its answer must be.
     *
     * @param name of the case
     * @param wrong says what is wrong with the answer, empty where nothing is
     */
    record Case(String name, Request request, List<String> headers, Function<Reply, String> wrong) {

        /** One without more headers. */
        static Case of(String name, Request request, Function<Reply, String> wrong) {
            return new Case(name, request, List.of(), wrong);
        }
    }

    /** Fails with all of {@code cases} whose answer is not right. */
    static void none(RawClient client, List<Case> cases) {
        List<String> findings = Flux.fromIterable(cases)
                .flatMap(one -> finding(client, one), AT_ONCE)
                .collectList()
                .block();
        assertThat(Objects.requireNonNull(findings)).isEmpty();
    }

    private static Mono<String> finding(RawClient client, Case one) {
        return client.send(one.request(), one.headers().toArray(String[]::new))
                .map(reply -> described(one, reply))
                .onErrorResume(error -> Mono.just(one.name() + ": " + error))
                .filter(finding -> !finding.isEmpty());
    }

    private static String described(Case one, Reply reply) {
        String wrong = one.wrong().apply(reply);
        return wrong.isEmpty()
                ? ""
                : one.name() + ": " + wrong + ", not " + reply + " to "
                        + one.request().path();
    }

    /** The answer must have {@code status}. */
    static Function<Reply, String> status(int status) {
        return reply -> reply.status() == status ? "" : "must be " + status;
    }

    /** The answer must be a problem that is the caller's, with one of {@code statuses}. */
    static Function<Reply, String> refused(Integer... statuses) {
        List<Integer> expected = List.of(statuses);
        return reply ->
                expected.contains(reply.status()) && reply.json().path("status").asInt() == reply.status()
                        ? ""
                        : "must be a problem of " + expected;
    }

    /** The answer must be 400 and name {@code field}. */
    static Function<Reply, String> names(String field) {
        return reply -> reply.status() == 400 && reply.fields().contains(field) ? "" : "must be 400 and name " + field;
    }

    /** The answer must be 400 and name the field of {@code bad}. */
    static Function<Reply, String> names(Bad bad) {
        return reply ->
                reply.status() == 400 && bad.isNamedBy(reply.fields()) ? "" : "must be 400 and name " + bad.field();
    }
}
