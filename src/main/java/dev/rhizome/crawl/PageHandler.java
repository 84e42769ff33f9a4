package dev.rhizome.crawl;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.chunking.ChunkedTexts;
import dev.rhizome.chunking.StoredChunk;
import dev.rhizome.extraction.FileRequests;
import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Paged;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.quota.Quotas;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.HexDigits;
import dev.rhizome.validation.JsonObject;
import dev.rhizome.validation.Name;
import dev.rhizome.validation.OneOf;
import dev.rhizome.validation.PageSize;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.WebAddress;
import dev.rhizome.validation.WholeNumber;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about pages of the web. */
final class PageHandler {

    private static final Listing.Shape<Page> PAGES = new Listing.Shape<>("page", Page::cursor);
    private static final Listing.Shape<PageRepository.Link> LINKS =
            new Listing.Shape<>("link", PageRepository.Link::cursor);
    private static final Listing.Shape<StoredChunk> CHUNKS = new Listing.Shape<>("chunk", StoredChunk::cursor);

    private final PageRepository pages;
    private final PageCache cache;
    private final PageWriter writer;
    private final ChunkedTexts texts;
    private final Exchange exchange;

    /** What answers requests. */
    record Exchange(RequestReader reader, FileRequests files, Quotas quotas, Streams streams, Listing listing) {}

    PageHandler(PageRepository pages, PageCache cache, PageWriter writer, ChunkedTexts texts, Exchange exchange) {
        this.pages = pages;
        this.cache = cache;
        this.writer = writer;
        this.texts = texts;
        this.exchange = exchange;
    }

    private record Path(@HexDigits(length = 32) String id) {}

    /** What is said of a page beside a body that is what came. */
    private record FileParameters(
            @Nullable @WebAddress String url,
            @Nullable @Name String title,

            @Default("unknown") @PageQuality String quality,

            @Default("full_page") @ExtractionType String extractionType,

            @Nullable @WholeNumber(min = 100, max = 599) Integer statusCode,
            @Default("{}") @JsonObject String metadata,

            @Default("86400") @WholeNumber(min = 1, max = 31_536_000)
            int keepSeconds) {

        private PageInput of(FileRequests.Body file) {
            if (url == null) {
                throw InvalidRequest.of("url", "missing", WebUrl.EXPECTED);
            }
            WebUrl where = WebUrl.of("url", url);
            return PageInput.of(
                    where,
                    file.from(where.text()),
                    title,
                    new PageInput.About(quality, extractionType, statusCode, metadata, keepSeconds));
        }
    }

    /** The page that is looked up. */
    private record LookupBody(@WebAddress String url) {}

    private record PagesParameters(
            @Nullable @Text(max = 253) String domain,

            @Nullable @OneOf({"high", "medium", "low", "unknown"})
            String quality,

            @Default("50") @PageSize int limit,

            @Nullable @CursorOf({Cursor.Part.TIME, Cursor.Part.TEXT})
            Cursor cursor)
            implements Paged {}

    private record BelowParameters(
            @HexDigits(length = 32) String id,
            @Default("50") @PageSize int limit,

            @Nullable @CursorOf(Cursor.Part.WHOLE) Cursor cursor)
            implements Paged {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Written(String id, String url, String status) {}

    private record Purged(long removed) {}

    Mono<ServerResponse> put(ServerRequest request) {
        if (FileRequests.isFile(request)) {
            return exchange.files()
                    .file(request, FileParameters.class, FileParameters::of)
                    .flatMap(this::put);
        }
        exchange.files().mustBeOneOf(request, MediaType.APPLICATION_JSON);
        return exchange.reader()
                .body(request, PageBody.class)
                .map(PageBody::input)
                .flatMap(this::put);
    }

    private Mono<ServerResponse> put(PageInput page) {
        return exchange.quotas()
                .withinBytes(writer.write(page))
                .flatMap(outcome -> ServerResponse.status(
                                outcome == Outcome.CREATED ? HttpStatus.CREATED : HttpStatus.OK)
                        .bodyValue(new Written(page.url().id(), page.url().text(), outcome.label())));
    }

    Mono<ServerResponse> lookup(ServerRequest request) {
        return exchange.reader()
                .body(request, LookupBody.class)
                .flatMap(wanted -> cache.find(WebUrl.of("url", wanted.url())))
                .flatMap(exchange.streams()::json);
    }

    Mono<ServerResponse> list(ServerRequest request) {
        PagesParameters wanted = exchange.reader().parameters(request, PagesParameters.class);
        return exchange.listing()
                .respond(
                        request,
                        wanted,
                        pages.list(wanted.domain(), wanted.quality(), wanted.cursor(), wanted.fetch()),
                        PAGES);
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return pages.get(id(request)).flatMap(exchange.streams()::json);
    }

    Mono<ServerResponse> links(ServerRequest request) {
        BelowParameters wanted = exchange.reader().parameters(request, BelowParameters.class);
        return exchange.listing()
                .respond(
                        request,
                        wanted,
                        pages.links(wanted.id(), Cursor.placeOf(wanted.cursor()), wanted.fetch()),
                        LINKS);
    }

    Mono<ServerResponse> chunks(ServerRequest request) {
        BelowParameters wanted = exchange.reader().parameters(request, BelowParameters.class);
        return pages.get(wanted.id())
                .flatMap(page -> exchange.listing()
                        .respond(
                                request,
                                wanted,
                                texts.list(
                                        PageContent.nodeId(page.contentId()),
                                        Cursor.placeOf(wanted.cursor()),
                                        wanted.fetch()),
                                CHUNKS));
    }

    Mono<ServerResponse> delete(ServerRequest request) {
        return pages.delete(id(request)).then(ServerResponse.noContent().build());
    }

    Mono<ServerResponse> statistics(ServerRequest request) {
        return cache.statistics().flatMap(exchange.streams()::json);
    }

    Mono<ServerResponse> purge(ServerRequest request) {
        return cache.purge().map(Purged::new).flatMap(exchange.streams()::json);
    }

    private String id(ServerRequest request) {
        return exchange.reader().parameters(request, Path.class).id();
    }
}
