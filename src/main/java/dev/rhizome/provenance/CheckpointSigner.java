package dev.rhizome.provenance;

import dev.rhizome.database.Query;
import dev.rhizome.job.JobTurn;
import dev.rhizome.job.TenantJob;
import dev.rhizome.ledger.ChainPosition;
import dev.rhizome.ledger.Checkpoint;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** Signs checkpoints: when a client asks for one, and where a chain has grown for a while without one. */
public final class CheckpointSigner implements TenantJob {

    private static final String DUE = "select tenant from rhizome.provenance_due_for_checkpoint($1) as tenant";

    private final ChainWriter writer;
    private final ProvenanceChain chain;
    private final ProvenanceProperties properties;

    CheckpointSigner(ChainWriter writer, ProvenanceChain chain, ProvenanceProperties properties) {
        this.writer = writer;
        this.chain = chain;
        this.properties = properties;
    }

    /** A checkpoint of the end of the current tenant's chain, signed now where there is none; empty for an empty chain. */
    Mono<Checkpoint> newest() {
        return chain.end()
                .map(ChainPosition::sequence)
                .filter(sequence -> sequence > 0)
                .flatMap(this::newest);
    }

    private Mono<Checkpoint> newest(long sequence) {
        return chain.checkpointsFrom(sequence, 1)
                .next()
                .filter(checkpoint -> checkpoint.sequence() == sequence)
                .switchIfEmpty(Mono.defer(writer::signCheckpoint));
    }

    @Override
    public String name() {
        return "checkpoints";
    }

    @Override
    public Duration interval() {
        return properties.headInterval();
    }

    @Override
    public Query<TenantId> pending() {
        return TenantJob.tenants(DUE, (int) properties.headAfter().toSeconds());
    }

    @Override
    public Mono<Boolean> runBatch(JobTurn turn) {
        return writer.signCheckpoint().thenReturn(false);
    }
}
