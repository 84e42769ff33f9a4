package dev.rhizome.verification;

import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Paged;
import dev.rhizome.quota.Quotas;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.OneOf;
import dev.rhizome.validation.PageSize;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about verifications. */
final class VerificationHandler {

    private static final Listing.Shape<Verification> VERIFICATIONS =
            new Listing.Shape<>("verification", Verification::cursor);
    private static final Listing.Shape<Evidence> EVIDENCE = new Listing.Shape<>("evidence", Evidence::cursor);
    private static final Listing.Shape<Method> METHODS = new Listing.Shape<>("method", Method::cursor);

    private final VerificationRepository verifications;
    private final VerificationResultRepository results;
    private final Writes writes;
    private final Quotas quotas;
    private final RequestReader reader;
    private final Streams streams;
    private final Listing listing;

    VerificationHandler(
            VerificationRepository verifications,
            VerificationResultRepository results,
            Writes writes,
            Quotas quotas,
            RequestReader reader,
            Streams streams,
            Listing listing) {
        this.verifications = verifications;
        this.results = results;
        this.writes = writes;
        this.quotas = quotas;
        this.reader = reader;
        this.streams = streams;
        this.listing = listing;
    }

    private record VerificationsParameters(
            @Nullable @OneOf({"pending", "processing", "completed", "failed", "cancelled"})
            String status,

            @Nullable @OneOf({"low", "medium", "high", "critical"})
            String priority,

            @Default("50") @PageSize int limit,

            @Nullable @CursorOf({Cursor.Part.TIME, Cursor.Part.TEXT})
            Cursor cursor)
            implements Paged {

        private VerificationRepository.Filter filter() {
            return new VerificationRepository.Filter(status, priority);
        }
    }

    private record EvidenceParameters(
            @Identifier String id,
            @Nullable Boolean supporting,
            @Default("50") @PageSize int limit,
            @Nullable @CursorOf(Cursor.Part.WHOLE) Cursor cursor)
            implements Paged {}

    private record MethodsParameters(
            @Default("50") @PageSize int limit,
            @Nullable @CursorOf(Cursor.Part.TEXT) Cursor cursor) implements Paged {

        private String after() {
            return cursor == null ? "" : cursor.key().getFirst();
        }
    }

    Mono<ServerResponse> put(ServerRequest request) {
        return writes.put(request, VerificationInput.class, verifications);
    }

    Mono<ServerResponse> list(ServerRequest request) {
        VerificationsParameters wanted = reader.parameters(request, VerificationsParameters.class);
        return listing.respond(
                request, wanted, verifications.list(wanted.filter(), wanted.cursor(), wanted.fetch()), VERIFICATIONS);
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return verifications.get(id(request)).flatMap(streams::json);
    }

    Mono<ServerResponse> change(ServerRequest request) {
        String id = id(request);
        return reader.body(request, Verification.Change.class)
                .flatMap(change -> verifications.change(id, change))
                .flatMap(streams::json);
    }

    Mono<ServerResponse> delete(ServerRequest request) {
        return verifications.delete(id(request)).then(ServerResponse.noContent().build());
    }

    Mono<ServerResponse> store(ServerRequest request) {
        String id = id(request);
        return reader.body(request, VerificationResult.Input.class)
                .flatMap(result -> verifications
                        .get(id)
                        .flatMap(verification -> quotas.withinBytes(results.store(verification, result))))
                .then(Mono.defer(() -> results.get(id)))
                .flatMap(stored -> ServerResponse.status(HttpStatus.CREATED).bodyValue(stored));
    }

    Mono<ServerResponse> result(ServerRequest request) {
        return results.get(id(request)).flatMap(streams::json);
    }

    Mono<ServerResponse> lookUp(ServerRequest request) {
        return reader.body(request, Claim.class).flatMap(results::find).flatMap(streams::json);
    }

    Mono<ServerResponse> evidence(ServerRequest request) {
        EvidenceParameters wanted = reader.parameters(request, EvidenceParameters.class);
        return verifications
                .get(wanted.id())
                .flatMap(found -> listing.respond(
                        request,
                        wanted,
                        results.evidence(found.id(), wanted.supporting(), wanted.cursor(), wanted.fetch()),
                        EVIDENCE));
    }

    Mono<ServerResponse> methods(ServerRequest request) {
        MethodsParameters wanted = reader.parameters(request, MethodsParameters.class);
        return listing.respond(request, wanted, results.methods(wanted.after(), wanted.fetch()), METHODS);
    }

    private String id(ServerRequest request) {
        return reader.parameters(request, VerificationPath.class).id();
    }
}
