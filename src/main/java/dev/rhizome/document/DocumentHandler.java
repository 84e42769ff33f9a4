package dev.rhizome.document;

import dev.rhizome.bulk.Outcome;
import dev.rhizome.chunking.ChunkedTexts;
import dev.rhizome.chunking.StoredChunk;
import dev.rhizome.extraction.FileRequests;
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
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about documents. */
final class DocumentHandler {

    private static final Listing.Shape<Document> DOCUMENTS = new Listing.Shape<>("document", Document::cursor);
    private static final Listing.Shape<StoredChunk> CHUNKS = new Listing.Shape<>("chunk", StoredChunk::cursor);

    private final DocumentRepository documents;
    private final DocumentWriter writer;
    private final ChunkedTexts texts;
    private final Exchange exchange;

    /** What answers requests. */
    record Exchange(
            RequestReader reader, FileRequests files, Writes writes, Quotas quotas, Streams streams, Listing listing) {}

    DocumentHandler(DocumentRepository documents, DocumentWriter writer, ChunkedTexts texts, Exchange exchange) {
        this.documents = documents;
        this.writer = writer;
        this.texts = texts;
        this.exchange = exchange;
    }

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

        private DocumentInput of(FileRequests.Body file) {
            Source source = file.from(url == null ? "" : url);
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
            implements Paged {}

    private record Written(String id, String status, int chunks) {}

    Mono<ServerResponse> put(ServerRequest request) {
        if (FileRequests.isFile(request)) {
            return exchange.files()
                    .file(request, FileParameters.class, FileParameters::of)
                    .flatMap(this::put);
        }
        exchange.files().mustBeOneOf(request, MediaType.APPLICATION_JSON, MediaType.APPLICATION_NDJSON);
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
                                texts.list(
                                        DocumentRepository.nodeId(wanted.id()),
                                        Cursor.placeOf(wanted.cursor()),
                                        wanted.fetch()),
                                CHUNKS));
    }

    Mono<ServerResponse> delete(ServerRequest request) {
        return documents.delete(id(request)).then(ServerResponse.noContent().build());
    }

    private String id(ServerRequest request) {
        return exchange.reader().parameters(request, Path.class).id();
    }
}
