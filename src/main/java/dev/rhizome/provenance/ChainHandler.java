package dev.rhizome.provenance;

import dev.rhizome.http.JsonFields;
import dev.rhizome.http.Listing;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.StreamEvent;
import dev.rhizome.http.StreamFormat;
import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.problem.NotFound;
import dev.rhizome.tenant.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Requests that ask what a chain proves. */
final class ChainHandler {

    private static final Set<String> HEAD = Set.of("tenant", "sequence", "hash", "at", "keyId", "version", "signature");
    private static final Pattern HEX = Pattern.compile("([0-9a-f]{2})*");
    private static final int HASH_DIGITS = 64;
    private static final int SIGNATURE_DIGITS = 128;
    private static final int KEY_DIGITS = 16;

    private final Chain chain;
    private final Keyring keyring;
    private final ProvenanceHandler.Shared shared;

    ChainHandler(Chain chain, Keyring keyring, ProvenanceHandler.Shared shared) {
        this.chain = chain;
        this.keyring = keyring;
        this.shared = shared;
    }

    /** What is asked. */
    record Chain(ProvenanceRepository entries, ChainWalk walk, ChainExport export, HeadSigner heads) {}

    Mono<ServerResponse> keys(ServerRequest request) {
        return shared.streams().json(new ChainExport.Keys(ChainExport.keys(keyring.trusted())));
    }

    Mono<ServerResponse> head(ServerRequest request) {
        return chain.heads()
                .newest()
                .switchIfEmpty(Mono.error(() -> new NotFound("provenance", "head of an empty chain")))
                .flatMap(shared.streams()::json);
    }

    Mono<ServerResponse> heads(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("limit", "cursor"));
        Listing.Paging paging = Listing.Paging.read(query);
        query.finish();
        return shared.listing()
                .respond(
                        request,
                        paging,
                        chain.entries().heads(ProvenanceHandler.before(paging), paging.fetch()),
                        new Listing.Shape<>("head", head -> Cursor.of(String.valueOf(head.sequence()))));
    }

    Mono<ServerResponse> export(ServerRequest request) {
        Range range = Range.read(new QueryParameters(request, Set.of("from", "to")));
        return shared.streams()
                .respond(request, StreamFormat.NDJSON, chain.export().lines(range.from(), range.to()));
    }

    Mono<ServerResponse> verify(ServerRequest request) {
        Range range = Range.read(new QueryParameters(request, Set.of("from", "to")));
        return answer(request, chain.walk().verify(range.from(), range.to(), null), "");
    }

    /** With an earlier head as its body. */
    Mono<ServerResponse> verifyAgainst(ServerRequest request) {
        return shared.bodies()
                .json(request)
                .map(this::parse)
                .flatMap(head -> answer(request, chain.walk().verify(1, Long.MAX_VALUE, head), head.signature()));
    }

    private Mono<ServerResponse> answer(ServerRequest request, Flux<List<StreamEvent>> stages, String body) {
        StreamFormat format = StreamFormat.of(request);
        return format == StreamFormat.JSON
                ? stages.last().map(stage -> stage.getLast().data()).flatMap(shared.streams()::json)
                : shared.streams().respond(request, format, stages, body);
    }

    /** Entries from one sequence to another, both included. */
    private record Range(long from, long to) {

        private static Range read(QueryParameters query) {
            long from = sequence(query, "from", 1);
            long to = sequence(query, "to", Long.MAX_VALUE);
            if (to < from) {
                query.fields().reject("to", to, "no less than from");
            }
            query.finish();
            return new Range(from, to);
        }

        private static long sequence(QueryParameters query, String name, long otherwise) {
            String text = query.text(name);
            try {
                long sequence = text == null ? otherwise : Long.parseLong(text);
                if (sequence >= 1) {
                    return sequence;
                }
            } catch (NumberFormatException e) {
                // the same answer as out of range
            }
            query.fields().reject(name, String.valueOf(text), "a sequence, a whole number from 1 on");
            return otherwise;
        }
    }

    /** A head that somebody kept. One that is not signed by a trusted key says nothing of the chain, and is refused. */
    private SignedHead parse(byte[] json) {
        JsonFields body = JsonFields.parse(json, HEAD);
        Long sequence = body.whole("sequence", 1, Long.MAX_VALUE);
        Long version = body.whole("version", 1, 1);
        Instant at = body.instant("at");
        TenantId tenant = body.fields().attempt(() -> TenantId.parse("tenant", body.requiredText("tenant")));
        SignedHead head = head(body, tenant, at, sequence == null ? 0 : sequence);
        for (String name : HEAD) {
            if (!body.has(name)) {
                body.fields().reject(name, "missing", "as the head was given out");
            }
        }
        body.finish();
        if (head == null || version == null) {
            throw InvalidRequest.of("body", "null", "a head as it was given out");
        }
        if (!keyring.trusted().hasSigned(head.keyId(), head.signedBytes(), head.signature())) {
            throw InvalidRequest.of("signature", "of no trusted key", "a head as it was given out");
        }
        return head;
    }

    private static @Nullable SignedHead head(
            JsonFields body, @Nullable TenantId tenant, @Nullable Instant at, long sequence) {
        String hash = hex(body, "hash", HASH_DIGITS);
        String keyId = hex(body, "keyId", KEY_DIGITS);
        String signature = hex(body, "signature", SIGNATURE_DIGITS);
        return tenant == null || at == null
                ? null
                : new SignedHead(tenant.value(), sequence, hash, at, keyId, SignedHead.VERSION, signature);
    }

    private static String hex(JsonFields body, String name, int digits) {
        String text = body.requiredText(name);
        if (body.has(name) && (text.length() != digits || !HEX.matcher(text).matches())) {
            body.fields().reject(name, text, digits + " hex digits");
        }
        return text;
    }
}
