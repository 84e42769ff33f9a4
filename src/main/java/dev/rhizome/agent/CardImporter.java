package dev.rhizome.agent;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Makes agents of A2A cards, and changes agents to what their cards say.
 *
 * <p>A card changes the agent whose id the importer gave, or else the agent of the card's name. The id that is made of a
 * name identifies nothing: where it is another agent's, the new agent gets another id.
 */
final class CardImporter {

    private final AgentRepository agents;
    private final AgentWriter writer;

    CardImporter(AgentRepository agents, AgentWriter writer) {
        this.agents = agents;
        this.writer = writer;
    }

    /**
     * What became of a card.
     *
     * @param id of the agent
     * @param result created, updated, or the conflict that kept it out
     */
    record Answer(String id, BatchWriter.Result result) {}

    /** Registers the agent of {@code card}, or changes it. */
    Mono<Answer> put(AgentCard.Imported card) {
        return writer.change(Mono.defer(() -> agentOf(card)), agent -> agent.withCard(card.agent()))
                .map(id -> new Answer(id, BatchWriter.Result.of(Outcome.UPDATED)))
                .switchIfEmpty(Mono.defer(() -> register(card)));
    }

    private Mono<Agent> agentOf(AgentCard.Imported card) {
        AgentInput agent = card.agent();
        return card.isNamed() ? agents.find(agent.id()) : agents.findByName(agent.name());
    }

    private Mono<Answer> register(AgentCard.Imported card) {
        AgentInput agent = card.agent();
        return card.isNamed()
                ? register(agent)
                : agents.find(agent.id())
                        .map(other -> agent.withId(AgentCard.distinctIdOf(agent.name())))
                        .defaultIfEmpty(agent)
                        .flatMap(this::register);
    }

    private Mono<Answer> register(AgentInput agent) {
        return writer.write(List.of(agent)).map(results -> new Answer(agent.id(), results.getFirst()));
    }
}
