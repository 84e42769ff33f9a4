package dev.rhizome.agent.network;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.http.Bodies;
import dev.rhizome.http.Listing;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import dev.rhizome.paging.Cursor;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about relationships of agents, and what they come to. */
final class NetworkHandler {

    private static final Listing.Shape<AgentRelationship> RELATIONSHIPS =
            new Listing.Shape<>("relationship", AgentRelationship::cursor);
    private static final Listing.Shape<CentralityRepository.Central> CENTRAL =
            new Listing.Shape<>("agent", CentralityRepository.Central::cursor);

    private final AgentRelationshipRepository relationships;
    private final CentralityRepository centrality;
    private final CapabilityRepository capabilities;
    private final SummaryRepository summaries;
    private final Answers answers;

    NetworkHandler(
            TenantTransactions transactions,
            CentralityRepository centrality,
            CapabilityRepository capabilities,
            Answers answers) {
        this.relationships = new AgentRelationshipRepository(transactions);
        this.centrality = centrality;
        this.capabilities = capabilities;
        this.summaries = new SummaryRepository(transactions);
        this.answers = answers;
    }

    /** What reads bodies and writes answers. */
    record Answers(Writes writes, Bodies bodies, Listing listing, Streams streams) {}

    Mono<ServerResponse> put(ServerRequest request) {
        return answers.writes().put(request, AgentRelationshipInput::parse, relationships);
    }

    Mono<ServerResponse> observe(ServerRequest request) {
        return answers.bodies()
                .json(request)
                .map(AgentRelationshipRepository.Observation::parse)
                .flatMap(relationships::observe)
                .flatMap(answers.streams()::json);
    }

    Mono<ServerResponse> list(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("type", "limit", "cursor"));
        String type = query.text("type");
        Listing.Paging paging = Listing.Paging.read(query);
        query.finish();
        Cursor after = Cursor.decode(paging.cursor(), 3);
        return capabilities
                .knownAgent(request.pathVariable("id"))
                .flatMap(agent -> answers.listing()
                        .respond(
                                request,
                                paging,
                                relationships.list(agent, type, after, paging.fetch()),
                                RELATIONSHIPS));
    }

    Mono<ServerResponse> delete(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("source", "target", "type"));
        AgentRelationshipInput.Key key = new AgentRelationshipInput.Key(
                query.id("source"), query.fields().type("type", query.id("type")), query.id("target"));
        query.finish();
        return relationships.delete(key).then(ServerResponse.noContent().build());
    }

    Mono<ServerResponse> summary(ServerRequest request) {
        return summaries.of(request.pathVariable("id")).flatMap(answers.streams()::json);
    }

    Mono<ServerResponse> compute(ServerRequest request) {
        return centrality.compute().flatMap(answers.streams()::json);
    }

    Mono<ServerResponse> central(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("limit", "cursor"));
        Listing.Paging paging = Listing.Paging.read(query);
        query.finish();
        Cursor after = Cursor.decode(paging.cursor(), Cursor.Part.NUMBER, Cursor.Part.TEXT);
        return answers.listing().respond(request, paging, centrality.list(after, paging.fetch()), CENTRAL);
    }
}
