package dev.rhizome.ledger;

import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The current tenant's chain as it is stored. */
public interface ChainSource<E extends LedgerEntry> {

    /**
     * Entries in their order.
     *
     * @param entries of the page
     * @param checkpoints of the page's entries
     * @param truncation where the chain begins if entries have been removed meanwhile, null where it is not known to have moved
     * @param upTo sequence up to which the page has all entries that there are
     */
    record Page<E>(
            List<E> entries,
            List<Checkpoint> checkpoints,
            @Nullable ChainPosition truncation,
            long upTo) {}

    /** The entry at {@code sequence}; empty where there is none. */
    Mono<E> at(long sequence);

    /** A bounded number of the entries behind {@code after} up to {@code to}. */
    Mono<Page<E>> page(long after, long to);
}
