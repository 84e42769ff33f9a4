package dev.rhizome.rollup;

import dev.rhizome.bulk.BatchWriter.Result;
import dev.rhizome.event.EventFields;
import dev.rhizome.event.MetricGroup;
import dev.rhizome.http.Bodies;
import dev.rhizome.http.JsonFields;
import dev.rhizome.http.Listing;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.Writes;
import dev.rhizome.paging.Cursor;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about profiles: what is expected of agents. */
final class ProfileHandler {

    private static final Set<String> FIELDS =
            Set.of("agentId", "taskType", "latency", "accuracy", "cost", "reliability");

    private final ProfileRepository profiles;
    private final Bodies bodies;
    private final Listing listing;

    ProfileHandler(ProfileRepository profiles, Bodies bodies, Listing listing) {
        this.profiles = profiles;
        this.bodies = bodies;
        this.listing = listing;
    }

    Mono<ServerResponse> put(ServerRequest request) {
        return bodies.json(request).map(ProfileHandler::parse).flatMap(this::put);
    }

    private Mono<ServerResponse> put(Profile profile) {
        return profiles.put(profile).flatMap(outcome -> Writes.answer(profile.key(), Result.of(outcome)));
    }

    private static Profile parse(byte[] json) {
        JsonFields body = JsonFields.parse(json, FIELDS);
        Profile profile = new Profile(
                body.fields().id("agentId", body.requiredText("agentId")),
                EventFields.type(body.fields(), "taskType", body.requiredText("taskType")),
                EventFields.metrics(body, MetricGroup.LATENCY),
                EventFields.metrics(body, MetricGroup.ACCURACY),
                EventFields.metrics(body, MetricGroup.COST),
                EventFields.metrics(body, MetricGroup.RELIABILITY),
                null);
        body.finish();
        return profile;
    }

    Mono<ServerResponse> list(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("agentId", "taskType", "limit", "cursor"));
        String agent = EventFields.id(query, "agentId");
        String task = EventFields.type(query, "taskType");
        Listing.Paging paging = Listing.Paging.read(query);
        query.finish();
        Cursor after = Cursor.decode(paging.cursor(), Cursor.Part.TEXT, Cursor.Part.TEXT);
        return listing.respond(
                request,
                paging,
                profiles.list(agent, task, after, paging.fetch()),
                new Listing.Shape<>("profile", Profile::cursor));
    }
}
