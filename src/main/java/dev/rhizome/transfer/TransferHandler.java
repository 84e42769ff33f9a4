package dev.rhizome.transfer;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.rhizome.binding.Open;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.StreamEvent;
import dev.rhizome.http.StreamFormat;
import dev.rhizome.http.Streams;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.validation.Name;
import dev.rhizome.validation.Slug;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The operator's requests about tenants that travel or are gone. */
final class TransferHandler {

    private final TenantExport exports;
    private final TenantImport imports;
    private final RemovalCertificates certificates;
    private final TransferProperties properties;
    private final RequestReader reader;
    private final Streams streams;

    TransferHandler(
            TenantExport exports,
            TenantImport imports,
            RemovalCertificates certificates,
            TransferProperties properties,
            RequestReader reader,
            Streams streams) {
        this.exports = exports;
        this.imports = imports;
        this.certificates = certificates;
        this.properties = properties;
        this.reader = reader;
        this.streams = streams;
    }

    @Open
    private record Path(UUID id) {

        private TenantId tenant() {
            return new TenantId(id);
        }
    }

    private record ImportParameters(
            @Nullable @Slug String slug, @Nullable @Name String name) {}

    /**
     * What a copy is called.
     *
     * @param name null for that of the tenant that is copied
     */
    private record ForkBody(
            @Slug String slug, @Nullable @Name String name) {}

    /** An object that is rendered already. */
    private record Rendered(@JsonValue @JsonRawValue String json) {}

    Mono<ServerResponse> export(ServerRequest request) {
        return streams.respond(
                request, StreamFormat.NDJSON, exports.lines(tenant(request)).map(TransferHandler::events));
    }

    private static List<StreamEvent> events(List<ExportLine> lines) {
        return lines.stream()
                .map(line -> StreamEvent.of(line.event(), new Rendered(line.json())))
                .toList();
    }

    Mono<ServerResponse> load(ServerRequest request) {
        ImportParameters wanted = reader.parameters(request, ImportParameters.class);
        if (!RequestReader.isNdjson(request)) {
            String type =
                    request.headers().contentType().map(MediaType::toString).orElse("none");
            return Mono.error(() -> new ResponseStatusException(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Type: " + type + " (expected: application/x-ndjson, an export)"));
        }
        Flux<List<ExportLine>> lines = reader.lines(request, properties.maxLine())
                .map(batch -> batch.stream().map(ExportLine::of).toList());
        return respond(request, imports.run(lines, new TenantImport.Named(wanted.slug(), wanted.name())));
    }

    Mono<ServerResponse> fork(ServerRequest request) {
        TenantId source = tenant(request);
        return reader.body(request, ForkBody.class)
                .flatMap(body -> respond(
                        request, imports.run(exports.lines(source), new TenantImport.Named(body.slug(), body.name()))));
    }

    private Mono<ServerResponse> respond(ServerRequest request, Flux<TenantImport.Step> steps) {
        return switch (StreamFormat.of(request)) {
            case JSON -> steps.last().cast(TenantImport.Done.class).flatMap(TransferHandler::created);
            case NDJSON -> streams.respond(request, StreamFormat.NDJSON, steps.map(TransferHandler::stage));
            // A reader of an event stream asks again by itself, and would make one more tenant.
            case SSE ->
                Mono.error(() -> new ResponseStatusException(
                        HttpStatus.NOT_ACCEPTABLE,
                        "Accept: text/event-stream (expected: application/json or application/x-ndjson)"));
        };
    }

    private static Mono<ServerResponse> created(TenantImport.Done done) {
        return ServerResponse.created(URI.create("/v1/tenants/" + done.tenant().id()))
                .bodyValue(done);
    }

    private static List<StreamEvent> stage(TenantImport.Step step) {
        return List.of(step instanceof TenantImport.Done ? StreamEvent.done(step) : StreamEvent.of("progress", step));
    }

    Mono<ServerResponse> certificate(ServerRequest request) {
        return certificates.of(tenant(request)).flatMap(streams::json);
    }

    private TenantId tenant(ServerRequest request) {
        return reader.path(request, Path.class).tenant();
    }
}
