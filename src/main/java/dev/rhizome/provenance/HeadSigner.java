package dev.rhizome.provenance;

import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.UntenantedQueries;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import reactor.core.publisher.Mono;

/** Signs heads: when one is asked for, and where a chain has gone on for a while without one. */
public final class HeadSigner {

    private static final Logger LOG = LoggerFactory.getLogger(HeadSigner.class);
    private static final String UNSEALED = "select tenant from rhizome.unsealed_provenance($1) as tenant";
    private static final int AT_ONCE = 2;

    private final ChainWriter writer;
    private final ProvenanceRepository chain;
    private final UntenantedQueries untenanted;
    private final ProvenanceProperties properties;

    HeadSigner(
            ChainWriter writer,
            ProvenanceRepository chain,
            UntenantedQueries untenanted,
            ProvenanceProperties properties) {
        this.writer = writer;
        this.chain = chain;
        this.untenanted = untenanted;
        this.properties = properties;
    }

    /** A head that covers all of the current tenant's chain, signed now where there is none; empty for an empty chain. */
    Mono<SignedHead> newest() {
        return chain.stand()
                .filter(stand -> stand.sequence() > 0)
                .flatMap(stand -> chain.headsFrom(stand.sequence(), 1)
                        .next()
                        .filter(head -> head.sequence() == stand.sequence())
                        .switchIfEmpty(Mono.defer(() -> writer.seal())));
    }

    /** Signs a head of each chain that has gone on since its last, longer ago than is allowed. */
    @Scheduled(fixedDelayString = "${rhizome.provenance.head-interval:10s}")
    public Mono<Void> signWhereDue() {
        return untenanted
                .rows(Query.of(UNSEALED, row -> new TenantId(Rows.required(row, "tenant", UUID.class)), (int)
                        properties.headAfter().toSeconds()))
                .flatMap(this::sign, AT_ONCE)
                .then()
                .onErrorResume(error -> Mono.fromRunnable(() -> LOG.atWarn()
                        .addKeyValue("event", "unsealed-chains-not-found")
                        .setCause(error)
                        .log("no heads are signed")));
    }

    private Mono<Void> sign(TenantId tenant) {
        return writer.seal()
                .contextWrite(TenantContext.of(tenant))
                .then()
                .onErrorResume(error -> Mono.fromRunnable(() -> LOG.atWarn()
                        .addKeyValue("event", "head-not-signed")
                        .addKeyValue("tenant", tenant)
                        .addKeyValue("cause", error.toString())
                        .log("a chain has no new head; it is tried again")));
    }
}
