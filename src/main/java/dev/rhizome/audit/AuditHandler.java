package dev.rhizome.audit;

import dev.rhizome.http.Listing;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.paging.Cursor;
import java.time.Instant;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests of auditors. */
final class AuditHandler {

    private static final Set<String> PARAMETERS =
            Set.of("actor", "action", "kind", "subject", "since", "until", "limit", "cursor");
    private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");

    private final AuditLog log;
    private final Listing listing;

    AuditHandler(AuditLog log, Listing listing) {
        this.log = log;
        this.listing = listing;
    }

    Mono<ServerResponse> list(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, PARAMETERS);
        AuditLog.Filter filter = new AuditLog.Filter(
                query.text("actor"),
                query.text("action"),
                query.text("kind"),
                query.text("subject"),
                query.instant("since", Instant.EPOCH),
                query.instant("until", LATEST));
        Listing.Paging paging = Listing.Paging.read(query);
        query.finish();
        Cursor after = Cursor.decode(paging.cursor(), Cursor.Part.TIME, Cursor.Part.UUID);
        return listing.respond(
                request,
                paging,
                log.list(filter, after, paging.fetch()),
                new Listing.Shape<>("entry", AuditEntry::cursor));
    }
}
