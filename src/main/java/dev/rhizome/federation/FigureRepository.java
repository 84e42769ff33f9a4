package dev.rhizome.federation;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.audit.AuditLog.Change;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.problem.BudgetSpent;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.problem.NotFound;
import dev.rhizome.problem.Refused;
import dev.rhizome.problem.RhizomeException;
import dev.rhizome.problem.TooFewTenants;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Figures over tenants. All that makes one happens in the database, in one function. */
final class FigureRepository {

    private static final String MEASURES = """
            select measure, unit, lowest, highest, epsilon from federated_measures() where $1 = current_tenant() order by measure
            """;
    private static final String ANSWER = """
            select outcome, value, tenants, k, scale, epsilon, period_from, period_until, answered_at, renews_at
              from federated_figure($2, $3, $4, $5)
             where $1 = current_tenant()
            """;

    private final TenantTransactions transactions;

    FigureRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /**
     * What the function said.
     *
     * @param outcome {@code answered}, or why there is no answer
     * @param figure null where there is none
     * @param renewsAt when there is a new budget, where that matters
     */
    private record Reply(
            String outcome,
            @Nullable Figure figure,
            @Nullable Instant renewsAt) {

        private static Reply of(Question question, Readable row) {
            String outcome = Rows.required(row, "outcome", String.class);
            return new Reply(
                    outcome,
                    outcome.equals("answered") ? Figure.of(question, row) : null,
                    row.get("renews_at", Instant.class));
        }
    }

    /** All measures, by name. */
    Flux<Measure> measures() {
        return transactions.read(Query.ofTenant(MEASURES, Measure::of));
    }

    /**
     * The one answer to {@code question}, which is made and paid for where nobody asked before; the audit says that it was asked for.
     *
     * @return the figure; an error of {@link Refused} where the tenant is not federated, of {@link TooFewTenants}, of
     *     {@link BudgetSpent}, of {@link NotFound} where there is no such measure, or of {@link InvalidRequest} where the period is
     *     not over
     */
    Mono<Figure> answer(Question question) {
        Query<Reply> ask = Query.ofTenant(
                ANSWER,
                row -> Reply.of(question, row),
                question.measure(),
                question.group(),
                question.period().unit(),
                question.period().firstDay());
        return transactions
                .writing(connection ->
                        connection.rows(ask).single().delayUntil(reply -> recorded(connection, question, reply)))
                .flatMap(reply -> reply.figure() == null
                        ? Mono.error(() -> problem(question, reply))
                        : Mono.just(reply.figure()));
    }

    private static Mono<Void> recorded(TenantConnection connection, Question question, Reply reply) {
        return reply.figure() == null
                ? Mono.empty()
                : AuditLog.record(
                        connection, new Change("asked", "federated-figure", List.of(question.toString()), "{}"));
    }

    private static RhizomeException problem(Question question, Reply reply) {
        return switch (reply.outcome()) {
            case "unknown-measure" -> new NotFound("measure", question.measure());
            case "not-federated" ->
                new Refused("figures over tenants are for federated ones; the operator sets a tenant's isolation");
            case "open-period" ->
                InvalidRequest.of(
                        "period", question.period().name(), "a period that was over an hour ago or earlier, in UTC");
            case "too-few" -> new TooFewTenants();
            case "budget-spent" -> new BudgetSpent(Objects.requireNonNull(reply.renewsAt()));
            default -> throw new IllegalStateException(reply.outcome());
        };
    }
}
