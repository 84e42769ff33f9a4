package dev.rhizome.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.bulk.BatchWriter.Result;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.problem.Stopping;
import java.io.ByteArrayOutputStream;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The answer to one bulk request: a line for each of its lines, and their totals. */
final class BulkAnswers {

    private final JsonMapper json;
    private final String requestId;
    private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    private long failed;

    /** Renders with {@code json}. */
    BulkAnswers(JsonMapper json, String requestId) {
        this.json = json;
        this.requestId = requestId;
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Answer(
            long line,
            @Nullable String id,
            @Nullable String status,
            @Nullable Problem problem) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Summary(
            long lines,
            long created,
            long updated,
            long unchanged,
            long failed,
            @Nullable String written) {}

    /** The lines of one batch. */
    synchronized byte[] lines(List<BulkRun.Answered> batch) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream(64 * batch.size());
        Set<Throwable> reported = java.util.Collections.newSetFromMap(new IdentityHashMap<>());
        for (BulkRun.Answered line : batch) {
            Result result = line.result();
            Outcome outcome = result.outcome();
            Throwable error = result.problem();
            Problem problem = error == null ? null : reported(error, reported);
            count(outcome);
            String status = outcome == null ? null : outcome.label();
            lines.writeBytes(rendered(new Answer(line.number(), line.id(), status, problem)));
        }
        return lines.toByteArray();
    }

    /** The line in front of the last one where not all lines were answered: {@code next} is the first of those that were not. */
    byte[] stopped(long next) {
        Stopping stopping = new Stopping("the service stops; send this line and those behind it again");
        return rendered(new Answer(next, null, null, Problem.of(stopping, requestId)));
    }

    /** A problem of several lines is logged once. */
    private Problem reported(Throwable error, Set<Throwable> reported) {
        Problem problem = Problem.of(error, requestId);
        if (reported.add(error)) {
            ProblemHandler.report(problem, error);
        }
        return problem;
    }

    /**
     * The last line.
     *
     * @param written what other answers have in {@code X-Rhizome-Written}, since this one's headers left before anything was written; null
     *     for nothing
     */
    synchronized byte[] summary(@Nullable String written) {
        long created = outcomes.getOrDefault(Outcome.CREATED, 0L);
        long updated = outcomes.getOrDefault(Outcome.UPDATED, 0L);
        long unchanged = outcomes.getOrDefault(Outcome.UNCHANGED, 0L);
        long lines = created + updated + unchanged + failed;
        return rendered(Map.of("summary", new Summary(lines, created, updated, unchanged, failed, written)));
    }

    private void count(@Nullable Outcome outcome) {
        if (outcome == null) {
            failed++;
        } else {
            outcomes.merge(outcome, 1L, Long::sum);
        }
    }

    private byte[] rendered(Object value) {
        byte[] text = json.writeValueAsBytes(value);
        byte[] line = java.util.Arrays.copyOf(text, text.length + 1);
        line[text.length] = '\n';
        return line;
    }
}
