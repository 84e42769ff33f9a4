package dev.rhizome.bench.attack;

import dev.rhizome.bench.attack.ApiDescription.Operation;
import dev.rhizome.bench.attack.Credentials.Shown;
import dev.rhizome.bench.attack.Verdict.Count;
import dev.rhizome.bench.attack.Wire.Answer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Two attackers that have the same and send the same requests, one after the other: one names a tenant that exists, the other
 * one that does not. Whatever the first learns of its victim, its answers must differ from the other's; so all of them are
 * compared, and no answer may have text that only the victim's rows have.
 */
final class Duel {

    private static final List<Integer> BUSY = List.of(429, 503, 504);
    private static final int ASK_AGAIN = 40;
    private static final long PAUSE_NANOS = 1_000_000_000;

    private final Wire wire;
    private final ApiDescription api;
    private final List<Operation> operations;
    private final Verdict verdict;
    private final String secret;
    private final Telling telling;
    private final Side real;
    private final Side nobodys;

    /** One attacker; what it has sent it may be told again. */
    private static final class Side {

        private final Credentials credentials;
        private final Set<String> sent = new HashSet<>();

        Side(Credentials credentials) {
            this.credentials = credentials;
        }

        Names names() {
            return credentials.names();
        }
    }

    private record Sent(Attempt attempt, Shown shown, Answer answer) {}

    /**
     * A duel.
     *
     * @param secret in all texts of the real victim, and never sent
     * @param real attacks a tenant that exists
     * @param nobodys attacks one that does not
     */
    Duel(Wire wire, ApiDescription api, Verdict verdict, String secret, Credentials real, Credentials nobodys) {
        this.wire = wire;
        this.api = api;
        this.operations = api.operations();
        this.verdict = verdict;
        this.secret = secret;
        this.telling = new Telling(real.names(), nobodys.names());
        this.real = new Side(real);
        this.nobodys = new Side(nobodys);
    }

    /**
     * Both send what {@code seed} draws.
     *
     * @return whether both still have the same; after a request that only one of them was answered they may not
     */
    boolean round(long seed) {
        Sent first = send(real, seed);
        Sent second = send(nobodys, seed);
        if (BUSY.contains(first.answer().status())
                || BUSY.contains(second.answer().status())) {
            return first.answer().status() == second.answer().status()
                    || first.attempt().operation().isRead();
        }
        if (same(first, second)) {
            return true;
        }
        verdict.found(
                Count.DIFFERENCES,
                "seed " + seed + " as " + first.shown().kind() + ": " + first.attempt() + "\n    real    "
                        + first.answer() + "\n    nobody  " + second.answer() + "\n    first   "
                        + telling.difference(first.answer(), second.answer()));
        return false;
    }

    private boolean same(Sent first, Sent second) {
        Operation operation = first.attempt().operation();
        Answer real1 = first.answer();
        Answer other = second.answer();
        for (int again = 0; !telling.of(operation, real1).equals(telling.of(operation, other)); again++) {
            if (again == ASK_AGAIN || !operation.isRead()) {
                return false;
            }
            verdict.count(Count.ASKED_AGAIN);
            LockSupport.parkNanos(PAUSE_NANOS);
            real1 = wire.send(first.attempt(), first.shown().token());
            other = wire.send(second.attempt(), second.shown().token());
        }
        return true;
    }

    private Sent send(Side side, long seed) {
        Draw draw = new Draw(seed);
        Operation operation = draw.of(operations);
        Shown shown = side.credentials.shown(draw);
        Attempt attempt = new Generator(api, draw, side.names()).attempt(operation);
        side.names().unguessable().stream().filter(attempt::sends).forEach(side.sent::add);
        Answer answer = wire.send(attempt, shown.token());
        judge(new Sent(attempt, shown, answer), side, seed);
        return new Sent(attempt, shown, answer);
    }

    private void judge(Sent sent, Side side, long seed) {
        Answer answer = sent.answer();
        String words = "seed " + seed + " as " + sent.shown().kind() + ": " + sent.attempt() + " is answered " + answer;
        count(answer);
        if (answer.body().contains(secret) || answer.headers().toString().contains(secret)) {
            verdict.found(Count.ROWS, words);
        }
        String tenant = answer.header("X-Tenant-ID");
        if (!tenant.isEmpty()) {
            verdict.count(Count.SAID_TENANT);
        }
        if (!tenant.isEmpty() && !tenant.equals(side.names().attacker())) {
            verdict.found(Count.OTHER_TENANT, words + " with X-Tenant-ID " + tenant);
        }
        if (foreign(answer, side)) {
            verdict.found(Count.IDS, words);
        }
        if (!sent.shown().isGood()) {
            verdict.count(Count.FORGED);
            boolean isOpen = !sent.attempt().operation().path().startsWith("/v1/")
                    && !sent.attempt().operation().path().equals("/actuator/prometheus");
            if (answer.status() < 400 && !isOpen) {
                verdict.found(Count.FORGED_TAKEN, words);
            }
        }
        if (answer.status() >= 500 && !BUSY.contains(answer.status())) {
            verdict.found(Count.ERRORS, words);
        }
    }

    private void count(Answer answer) {
        verdict.count(Count.REQUESTS);
        if (BUSY.contains(answer.status())) {
            verdict.count(Count.BUSY);
        } else if (answer.status() < 300) {
            verdict.count(Count.ANSWERED);
        } else if (answer.status() < 500) {
            verdict.count(Count.REFUSED);
        }
    }

    private boolean foreign(Answer answer, Side side) {
        return Stream.of(side.names().unguessable())
                .flatMap(List::stream)
                .anyMatch(value -> answer.body().contains(value) && !side.sent.contains(value));
    }
}
