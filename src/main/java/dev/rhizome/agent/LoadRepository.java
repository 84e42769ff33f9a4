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
               set active = greatest(0, l.active + $3), queued = least(%d, greatest(0, l.queued + $4)),
                   last_active_at = now()
              from agent_profiles p
             where l.tenant_id = $1 and l.agent_id = $2 and p.tenant_id = l.tenant_id and p.agent_id = l.agent_id
               and p.deleted_at is null
               and ($3 <= 0 or l.active + $3 <= p.max_concurrent)
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
     * @return the load then; an error of {@code NotFound}, of {@link Conflict} where the agent would work on more than it can
     */
    Mono<Agent.Load> change(String agent, LoadInput change) {
        Query<Agent.Load> query =
                Query.ofTenant(CHANGE, Agent.Load::of, agent, change.activeChange(), change.queuedChange());
        return transactions
                .writing(connection -> connection.rows(query).next())
                .switchIfEmpty(agents.get(agent).flatMap(LoadRepository::refused));
    }

    /** Why the load of {@code agent} was not changed. */
    private static Mono<Agent.Load> refused(Agent agent) {
        Agent.Load load = agent.load();
        return agent.deletedAt() != null
                ? AgentRepository.missing(agent.id())
                : Mono.error(() -> new Conflict("active: the agent works on " + load.active()
                        + " tasks and can work on " + load.maxConcurrent() + " at once"));
    }
}
