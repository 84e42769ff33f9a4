package dev.rhizome.agent;

import dev.rhizome.http.Bodies;
import dev.rhizome.http.Listing;
import dev.rhizome.paging.Cursor;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests for the agents that fit a task best. */
final class MatchHandler {

    private static final Listing.Shape<AgentMatcher.Match> MATCHES =
            new Listing.Shape<>("match", AgentMatcher.Match::cursor);

    private final AgentMatcher matcher;
    private final Bodies bodies;
    private final Listing listing;

    MatchHandler(AgentMatcher matcher, Bodies bodies, Listing listing) {
        this.matcher = matcher;
        this.bodies = bodies;
        this.listing = listing;
    }

    Mono<ServerResponse> match(ServerRequest request) {
        return bodies.json(request).map(MatchRequest::parse).flatMap(task -> matches(request, task));
    }

    private Mono<ServerResponse> matches(ServerRequest request, MatchRequest task) {
        Cursor after = Cursor.decode(task.paging().cursor(), Cursor.Part.NUMBER, Cursor.Part.TEXT);
        return listing.respond(
                request, task.paging(), matcher.match(task, after, task.paging().fetch()), MATCHES);
    }
}
