package dev.rhizome.agent;

import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests for sums over agents, and over one agent's tasks. */
final class StatisticsHandler {

    private final AgentRepository agents;
    private final StatisticsRepository statistics;
    private final RequestReader reader;
    private final Streams streams;

    StatisticsHandler(AgentRepository agents, StatisticsRepository statistics, RequestReader reader, Streams streams) {
        this.agents = agents;
        this.statistics = statistics;
        this.reader = reader;
        this.streams = streams;
    }

    private record Statistics(
            String id, Performance performance, Agent.Load load, List<StatisticsRepository.ByTaskType> byTaskType) {

        static Statistics of(Agent agent, List<StatisticsRepository.ByTaskType> byTaskType) {
            return new Statistics(agent.id(), agent.performance(), agent.load(), byTaskType);
        }
    }

    Mono<ServerResponse> ofAgent(ServerRequest request) {
        return agents.get(reader.parameters(request, AgentPath.class).id())
                .zipWhen(agent -> statistics.byTaskType(agent.id()), Statistics::of)
                .flatMap(streams::json);
    }

    Mono<ServerResponse> totals(ServerRequest request) {
        return statistics.totals().flatMap(streams::json);
    }
}
