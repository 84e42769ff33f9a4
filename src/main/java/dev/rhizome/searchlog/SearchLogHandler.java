package dev.rhizome.searchlog;

import dev.rhizome.http.Caller;
import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Paged;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.OneOf;
import dev.rhizome.validation.PageSize;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.Times;
import dev.rhizome.validation.WholeNumber;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about what was searched for. */
final class SearchLogHandler {

    private static final Listing.Shape<SearchSession.Stored> SESSIONS =
            new Listing.Shape<>("session", SearchSession.Stored::cursor);

    private final SearchLogRepository log;
    private final RequestReader reader;
    private final Streams streams;
    private final Listing listing;

    SearchLogHandler(SearchLogRepository log, RequestReader reader, Streams streams, Listing listing) {
        this.log = log;
        this.reader = reader;
        this.streams = streams;
        this.listing = listing;
    }

    private record SessionsParameters(
            @Default(Times.EARLIEST) Instant since,
            @Default(Times.LATEST) Instant until,

            @Nullable @OneOf({"vector", "text", "hybrid"}) String kind,

            @Nullable @Text(max = 10_000) String query,

            @Default("0") @WholeNumber(min = 0, max = 3_600_000)
            int minMs,

            @Default("50") @PageSize int limit,

            @Nullable @CursorOf({Cursor.Part.TIME, Cursor.Part.UUID})
            Cursor cursor)
            implements Paged {}

    private record StatisticsParameters(
            @Default(Times.EARLIEST) Instant since,
            @Default(Times.LATEST) Instant until,
            @Default("10") @WholeNumber(min = 1, max = 100) int limit) {}

    Mono<ServerResponse> list(ServerRequest request) {
        SessionsParameters wanted = reader.parameters(request, SessionsParameters.class);
        TenantId tenant = Objects.requireNonNull(Caller.of(request).tenant());
        String query = wanted.query();
        SearchLogRepository.Filter filter = new SearchLogRepository.Filter(
                wanted.since(),
                wanted.kind(),
                query == null ? null : SearchSession.hash(tenant, query),
                wanted.minMs());
        return listing.respond(
                request, wanted, log.list(filter, wanted.until(), wanted.cursor(), wanted.fetch()), SESSIONS);
    }

    Mono<ServerResponse> statistics(ServerRequest request) {
        StatisticsParameters wanted = reader.parameters(request, StatisticsParameters.class);
        return log.statistics(wanted.since(), wanted.until(), wanted.limit()).flatMap(streams::json);
    }
}
