package dev.rhizome.document;

import dev.rhizome.bulk.Outcome;
import dev.rhizome.chunking.ChunkedTexts;
import dev.rhizome.chunking.StoredChunk;
import dev.rhizome.extraction.ExtractionProperties;
import dev.rhizome.extraction.Format;
import dev.rhizome.extraction.Source;
import dev.rhizome.graph.Projection;
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
import dev.rhizome.validation.JsonObject;
import dev.rhizome.validation.Name;
import dev.rhizome.validation.OneOf;
import dev.rhizome.validation.PageSize;
import dev.rhizome.validation.Ratio;
import dev.rhizome.validation.SelfChecked;
import dev.rhizome.validation.WebAddress;
import java.nio.charset.Charset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

/** Requests about documents. */
final class DocumentHandler {

    private static final Listing.Shape<Document> DOCUMENTS = new Listing.Shape<>("document", Document::cursor);
    private static final Listing.Shape<StoredChunk> CHUNKS = new Listing.Shape<>("chunk", StoredChunk::cursor);

    private final DocumentRepository documents;
    private final DocumentWriter writer;
    private final ChunkedTexts texts;
    private final Exchange exchange;
    private final ExtractionProperties limits;

    /** What answers requests. */
    record Exchange(RequestReader reader, Writes writes, Quotas quotas, Streams streams, Listing listing) {}

    DocumentHandler(
            DocumentRepository documents,
            DocumentWriter writer,
            ChunkedTexts texts,
            Exchange exchange,
            ExtractionProperties limits) {
        this.documents = documents;
        this.writer = writer;
        this.texts = texts;
        this.exchange = exchange;
        this.limits = limits;
    }

    /** JSON says all itself. */
    private record NoParameters() {}

    private record Path(@Identifier String id) {}

    /** What is said of a document beside a body that is the document itself. */
    private record FileParameters(
            @Nullable @Identifier(max = Projection.LONGEST_ID)
            String id,

            @Nullable @Name String title,
            @Nullable @WebAddress String url,
            @Default("1") @Ratio float confidence,
            @Default("{}") @JsonObject String metadata)
            implements SelfChecked {

        @Override
        public void check(Faults faults) {
            DocumentBody.checkId(id, faults);
        }

        private DocumentInput of(Format format, byte[] bytes, @Nullable Charset charset) {
            Source source = new Source(format, bytes, charset == null ? null : charset.name(), url == null ? "" : url);
            return new DocumentInput(
                    id == null ? DocumentInput.newId(source) : id, title, source, confidence, metadata);
        }
    }

    private record DocumentsParameters(
            @Nullable @OneOf({"text/plain", "text/markdown", "text/html", "application/pdf"})
            String mediaType,

            @Nullable @WebAddress String url,
            @Default("50") @PageSize int limit,

            @Nullable @CursorOf({Cursor.Part.TIME, Cursor.Part.TEXT})
            Cursor cursor)
            implements Paged {}

    private record ChunksParameters(
            @Identifier String id,
            @Default("50") @PageSize int limit,

            @Nullable @CursorOf(Cursor.Part.WHOLE) Cursor cursor)
            implements Paged {

        private int afterPlace() {
            return cursor == null ? 0 : Math.clamp(Long.parseLong(cursor.key().getFirst()), 0, Integer.MAX_VALUE);
        }
    }

    private record Written(String id, String status, int chunks) {}

    Mono<ServerResponse> put(ServerRequest request) {
        MediaType type = request.headers().contentType().orElse(MediaType.APPLICATION_OCTET_STREAM);
        Optional<Format> format = Format.of(type.getType() + "/" + type.getSubtype());
        if (format.isPresent()) {
            FileParameters named = exchange.reader().parameters(request, FileParameters.class);
            return exchange.reader()
                    .bytes(request, limits.maxFile())
                    .map(bytes -> named.of(format.get(), bytes, type.getCharset()))
                    .flatMap(this::put);
        }
        if (!RequestReader.isNdjson(request) && !MediaType.APPLICATION_JSON.isCompatibleWith(type)) {
            return Mono.error(() -> new ResponseStatusException(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Type: " + type + " (expected: application/json, application/x-ndjson, "
                            + String.join(", ", Format.mediaTypes()) + ")"));
        }
        NoParameters ignored = exchange.reader().parameters(request, NoParameters.class);
        return RequestReader.isNdjson(request)
                ? exchange.writes().put(request, DocumentBody.class, DocumentBody::input, writer)
                : exchange.reader()
                        .body(request, DocumentBody.class)
                        .map(DocumentBody::input)
                        .flatMap(this::put);
    }

    private Mono<ServerResponse> put(DocumentInput document) {
        return exchange.quotas().withinBytes(writer.write(document)).flatMap(stored -> answer(document.id(), stored));
    }

    private static Mono<ServerResponse> answer(String id, DocumentWriter.Stored stored) {
        return ServerResponse.status(stored.outcome() == Outcome.CREATED ? HttpStatus.CREATED : HttpStatus.OK)
                .bodyValue(new Written(id, stored.outcome().label(), stored.chunks()));
    }

    Mono<ServerResponse> list(ServerRequest request) {
        DocumentsParameters wanted = exchange.reader().parameters(request, DocumentsParameters.class);
        return exchange.listing()
                .respond(
                        request,
                        wanted,
                        documents.list(wanted.mediaType(), wanted.url(), wanted.cursor(), wanted.fetch()),
                        DOCUMENTS);
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return documents.get(id(request)).flatMap(exchange.streams()::json);
    }

    Mono<ServerResponse> chunks(ServerRequest request) {
        ChunksParameters wanted = exchange.reader().parameters(request, ChunksParameters.class);
        return documents
                .exists(wanted.id())
                .then(exchange.listing()
                        .respond(
                                request,
                                wanted,
                                texts.list(DocumentRepository.nodeId(wanted.id()), wanted.afterPlace(), wanted.fetch()),
                                CHUNKS));
    }

    Mono<ServerResponse> delete(ServerRequest request) {
        return documents.delete(id(request)).then(ServerResponse.noContent().build());
    }

    private String id(ServerRequest request) {
        return exchange.reader().parameters(request, Path.class).id();
    }
}
