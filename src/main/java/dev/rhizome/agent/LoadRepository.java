package dev.rhizome.agent;

import dev.rhizome.database.Query;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.problem.Conflict;
import reactor.core.publisher.Mono;

/** How busy agents are. */
final class LoadRepository {

    /** Taking on more than the capacity is refused in the statement that would do it, so that two cannot both take the last. */
    private static final String CHANGE = """
            update current_load l
               set active = greatest(0, l.active + $2), queued = least(%d, greatest(0, l.queued + $3)), last_active_at = now()
              from agent_profiles p
             where l.agent_id = $1 and p.agent_id = l.agent_id and p.deleted_at is null
               and ($2 <= 0 or l.active + $2 <= p.max_concurrent)
            returning l.active, l.queued, p.max_concurrent
            """.formatted(LoadInput.MAX_TASKS);

    private final TenantTransactions transactions;
    private final AgentRepository agents;

    LoadRepository(TenantTransactions transactions, AgentRepository agents) {
        this.transactions = transactions;
        this.agents = agents;
    }

    /**
     * Changes the load of an agent. Neither count goes below 0.
     *
     * @return the load then; an error of {@code NotFound}, of {@link Conflict} where it would have more than it can
     */
    Mono<Agent.Load> change(String agent, LoadInput change) {
        return transactions
                .writing(connection -> connection
                        .rows(Query.of(CHANGE, Agent.Load::of, agent, change.activeChange(), change.queuedChange()))
                        .next())
                .switchIfEmpty(agents.get(agent)
                        .flatMap(found -> found.deletedAt() == null
                                ? Mono.error(() -> new Conflict("active: the agent works on "
                                        + found.load().active() + " of "
                                        + found.load().maxConcurrent() + " tasks that it can work on at once"))
                                : AgentRepository.missing(agent)));
    }
}
