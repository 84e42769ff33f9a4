package dev.rhizome.federation;

import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Paged;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.PageSize;
import dev.rhizome.validation.Text;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about figures over tenants. */
final class FederationHandler {

    private static final Listing.Shape<LedgerEntry> LEDGER = new Listing.Shape<>("entry", LedgerEntry::cursor);

    private final FigureRepository figures;
    private final BudgetRepository budgets;
    private final RequestReader reader;
    private final Streams streams;
    private final Listing listing;

    FederationHandler(
            FigureRepository figures,
            BudgetRepository budgets,
            RequestReader reader,
            Streams streams,
            Listing listing) {
        this.figures = figures;
        this.budgets = budgets;
        this.reader = reader;
        this.streams = streams;
        this.listing = listing;
    }

    private record FigureParameters(
            @Identifier String measure,
            @Text(max = 100) String group,
            @PeriodName String period) {

        /** Task types are stored in lower case. */
        private Question question() {
            return new Question(measure, group.strip().toLowerCase(Locale.ROOT), Period.of(period));
        }
    }

    private record LedgerParameters(
            @Default("50") @PageSize int limit,

            @Nullable @CursorOf({Cursor.Part.TIME, Cursor.Part.UUID})
            Cursor cursor) implements Paged {}

    private record Measures(List<Measure> items) {}

    Mono<ServerResponse> measures(ServerRequest request) {
        return figures.measures().collectList().map(Measures::new).flatMap(streams::json);
    }

    Mono<ServerResponse> figure(ServerRequest request) {
        return figures.answer(reader.parameters(request, FigureParameters.class).question())
                .flatMap(streams::json);
    }

    Mono<ServerResponse> budget(ServerRequest request) {
        return budgets.get().flatMap(streams::json);
    }

    Mono<ServerResponse> ledger(ServerRequest request) {
        LedgerParameters wanted = reader.parameters(request, LedgerParameters.class);
        return listing.respond(request, wanted, budgets.ledger(wanted.cursor(), wanted.fetch()), LEDGER);
    }
}
