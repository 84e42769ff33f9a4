package dev.rhizome.agent;

import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests for the agents that fit a task best. */
final class MatchHandler {

    private static final Listing.Shape<AgentMatcher.Match> MATCHES =
            new Listing.Shape<>("match", AgentMatcher.Match::cursor);

    private final AgentMatcher matcher;
    private final RequestReader reader;
    private final Listing listing;

    MatchHandler(AgentMatcher matcher, RequestReader reader, Listing listing) {
        this.matcher = matcher;
        this.reader = reader;
        this.listing = listing;
    }

    Mono<ServerResponse> match(ServerRequest request) {
        return reader.body(request, MatchRequest.class)
                .flatMap(task ->
                        listing.respond(request, task, matcher.match(task, task.cursor(), task.fetch()), MATCHES));
    }
}
