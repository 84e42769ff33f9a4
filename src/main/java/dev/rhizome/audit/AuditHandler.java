package dev.rhizome.audit;

import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Paged;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.PageSize;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.Times;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests of auditors. */
final class AuditHandler {

    private final AuditLog log;
    private final RequestReader reader;
    private final Listing listing;

    AuditHandler(AuditLog log, RequestReader reader, Listing listing) {
        this.log = log;
        this.reader = reader;
        this.listing = listing;
    }

    private record AuditParameters(
            @Nullable @Text(min = 0, max = MOST) String actor,
            @Nullable @Text(min = 0, max = MOST) String action,
            @Nullable @Text(min = 0, max = MOST) String kind,
            @Nullable @Text(min = 0, max = MOST) String subject,
            @Default(Times.EARLIEST) Instant since,
            @Default(Times.LATEST) Instant until,
            @Default("50") @PageSize int limit,

            @Nullable @CursorOf({Cursor.Part.TIME, Cursor.Part.UUID})
            Cursor cursor)
            implements Paged {

        private static final int MOST = 1_000;

        AuditLog.Filter filter() {
            return new AuditLog.Filter(actor, action, kind, subject, since, until);
        }
    }

    Mono<ServerResponse> list(ServerRequest request) {
        AuditParameters wanted = reader.parameters(request, AuditParameters.class);
        return listing.respond(
                request,
                wanted,
                log.list(wanted.filter(), wanted.cursor(), wanted.fetch()),
                new Listing.Shape<>("entry", AuditEntry::cursor));
    }
}
