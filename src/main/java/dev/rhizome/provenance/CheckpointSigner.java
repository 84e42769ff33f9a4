package dev.rhizome.provenance;

import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.UntenantedQueries;
import dev.rhizome.ledger.Checkpoint;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import reactor.core.publisher.Mono;

/** Signs checkpoints: when a client asks for one, and where a chain has grown for a while without one. */
public final class CheckpointSigner {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointSigner.class);
    private static final String DUE = "select tenant from rhizome.provenance_due_for_checkpoint($1) as tenant";
    private static final int CONCURRENCY = 2;

    private final ChainWriter writer;
    private final ProvenanceChain chain;
    private final UntenantedQueries untenanted;
    private final ProvenanceProperties properties;

    CheckpointSigner(
            ChainWriter writer,
            ProvenanceChain chain,
            UntenantedQueries untenanted,
            ProvenanceProperties properties) {
        this.writer = writer;
        this.chain = chain;
        this.untenanted = untenanted;
        this.properties = properties;
    }

    /** A checkpoint of the end of the current tenant's chain, signed now where there is none; empty for an empty chain. */
    Mono<Checkpoint> newest() {
        return chain.end()
                .map(end -> end.position().sequence())
                .filter(sequence -> sequence > 0)
                .flatMap(this::newest);
    }

    private Mono<Checkpoint> newest(long sequence) {
        return chain.checkpointsFrom(sequence, 1)
                .next()
                .filter(checkpoint -> checkpoint.sequence() == sequence)
                .switchIfEmpty(Mono.defer(writer::signCheckpoint));
    }

    /** Signs a checkpoint of each chain that has grown since its last one, longer ago than the settings allow. */
    @Scheduled(fixedDelayString = "${rhizome.provenance.head-interval:10s}")
    public Mono<Void> signWhereDue() {
        return untenanted
                .rows(Query.of(DUE, row -> new TenantId(Rows.required(row, "tenant", UUID.class)), (int)
                        properties.headAfter().toSeconds()))
                .flatMap(this::sign, CONCURRENCY)
                .then()
                .onErrorResume(CheckpointSigner::warned);
    }

    private static Mono<Void> warned(Throwable error) {
        return Mono.fromRunnable(() -> LOG.atWarn()
                .addKeyValue("event", "chains-without-checkpoint-not-found")
                .setCause(error)
                .log("no checkpoints are signed"));
    }

    private Mono<Void> sign(TenantId tenant) {
        return writer.signCheckpoint()
                .contextWrite(TenantContext.of(tenant))
                .then()
                .onErrorResume(error -> warned(tenant, error));
    }

    private static Mono<Void> warned(TenantId tenant, Throwable error) {
        return Mono.fromRunnable(() -> LOG.atWarn()
                .addKeyValue("event", "checkpoint-not-signed")
                .addKeyValue("tenant", tenant)
                .addKeyValue("cause", error.toString())
                .log("a chain has no new checkpoint; it is tried again"));
    }
}
