package dev.rhizome.agent;

import dev.rhizome.http.Listing;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.paging.Cursor;
import java.util.List;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about what agents do: who should do it, how busy they are, how they did. */
final class AgentWorkHandler {

    private final AgentRepository agents;
    private final AgentMatcher matcher;
    private final Records records;
    private final AgentHandler.Answers answers;

    AgentWorkHandler(AgentRepository agents, AgentMatcher matcher, Records records, AgentHandler.Answers answers) {
        this.agents = agents;
        this.matcher = matcher;
        this.records = records;
        this.answers = answers;
    }

    /** What is kept of it. */
    record Records(OutcomeRepository outcomes, LoadRepository loads, StatisticsRepository statistics) {}

    private record Statistics(
            String id, Performance performance, Agent.Load load, List<StatisticsRepository.ByTaskType> byTaskType) {}

    Mono<ServerResponse> match(ServerRequest request) {
        return answers.bodies().json(request).map(MatchRequest::parse).flatMap(wanted -> {
            Cursor after = Cursor.decode(wanted.paging().cursor(), Cursor.Part.NUMBER, Cursor.Part.TEXT);
            return answers.listing()
                    .respond(
                            request,
                            wanted.paging(),
                            matcher.match(wanted, after),
                            new Listing.Shape<>("match", AgentMatcher.Match::cursor));
        });
    }

    Mono<ServerResponse> recordOutcomes(ServerRequest request) {
        return answers.writes()
                .put(request, OutcomeInput::parse, records.outcomes().of(AgentHandler.id(request)));
    }

    Mono<ServerResponse> listOutcomes(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("limit", "cursor"));
        Listing.Paging paging = Listing.Paging.read(query);
        query.finish();
        Cursor after = Cursor.decode(paging.cursor(), Cursor.Part.TIME, Cursor.Part.TEXT);
        String id = AgentHandler.id(request);
        return agents.get(id)
                .flatMap(agent -> answers.listing()
                        .respond(
                                request,
                                paging,
                                records.outcomes().list(id, after, paging.fetch()),
                                new Listing.Shape<>("outcome", OutcomeRepository.Stored::cursor)));
    }

    Mono<ServerResponse> changeLoad(ServerRequest request) {
        return answers.bodies()
                .json(request)
                .map(LoadRepository.Change::parse)
                .flatMap(change -> records.loads().change(AgentHandler.id(request), change))
                .flatMap(answers.streams()::json);
    }

    Mono<ServerResponse> statistics(ServerRequest request) {
        return agents.get(AgentHandler.id(request))
                .zipWhen(agent -> records.statistics().byTaskType(agent.id()))
                .map(both -> new Statistics(
                        both.getT1().id(),
                        both.getT1().performance(),
                        both.getT1().load(),
                        both.getT2()))
                .flatMap(answers.streams()::json);
    }

    Mono<ServerResponse> totals(ServerRequest request) {
        return records.statistics().totals().flatMap(answers.streams()::json);
    }
}
