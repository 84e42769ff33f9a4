package dev.rhizome.rollup;

import dev.rhizome.bulk.BatchWriter.Result;
import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Writes;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Paged;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.LowerTypeName;
import dev.rhizome.validation.PageSize;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about profiles: what is expected of agents. */
final class ProfileHandler {

    private final ProfileRepository profiles;
    private final RequestReader reader;
    private final Listing listing;

    ProfileHandler(ProfileRepository profiles, RequestReader reader, Listing listing) {
        this.profiles = profiles;
        this.reader = reader;
        this.listing = listing;
    }

    private record ProfilesParameters(
            @Nullable @Identifier String agentId,
            @Nullable @LowerTypeName String taskType,
            @Default("50") @PageSize int limit,

            @Nullable @CursorOf({Cursor.Part.TEXT, Cursor.Part.TEXT})
            Cursor cursor)
            implements Paged {}

    Mono<ServerResponse> put(ServerRequest request) {
        return reader.body(request, ProfileInput.class)
                .map(ProfileInput::profile)
                .flatMap(this::put);
    }

    private Mono<ServerResponse> put(Profile profile) {
        return profiles.put(profile).flatMap(outcome -> Writes.answer(profile.key(), Result.of(outcome)));
    }

    Mono<ServerResponse> list(ServerRequest request) {
        ProfilesParameters wanted = reader.parameters(request, ProfilesParameters.class);
        return listing.respond(
                request,
                wanted,
                profiles.list(wanted.agentId(), wanted.taskType(), wanted.cursor(), wanted.fetch()),
                new Listing.Shape<>("profile", Profile::cursor));
    }
}
