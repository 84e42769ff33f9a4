package dev.rhizome.ledger;

import dev.rhizome.ledger.Flaw.Kind;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.SelfChecked;
import dev.rhizome.validation.WholeNumber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Verifies a stored chain page by page; between two pages no connection is held.
 *
 * <p>A walk is used once.
 */
public final class ChainWalk<E extends LedgerEntry> {

    /**
     * What of a chain to verify, both ends included.
     *
     * @param from first sequence, 1 or more
     * @param to last sequence, which may be behind the chain's end
     */
    public record Range(
            @Default("1") @WholeNumber(min = 1) long from,

            @Default("9223372036854775807") @WholeNumber(min = 1)
            long to)
            implements SelfChecked {

        @Override
        public void check(Faults faults) {
            if (to < from) {
                faults.reject("to", to, "no less than from");
            }
        }
    }

    private final ChainSource<E> source;
    private final LedgerVerifier<E> verifier;
    private final ChainPosition end;
    private final Range range;
    private long position;

    private ChainWalk(ChainSource<E> source, LedgerVerifier<E> verifier, ChainPosition end, Range range) {
        this.source = source;
        this.verifier = verifier;
        this.end = end;
        this.range = range;
        this.position = range.from() - 1;
    }

    /**
     * A walk along {@code range}, as far as it lies between {@code ends}.
     *
     * @param range may reach behind the end of the chain
     */
    public static <E extends LedgerEntry> Mono<ChainWalk<E>> begin(
            ChainSource<E> source, LedgerFormat<E> format, Range range, Ends ends) {
        Range within = new Range(
                Math.max(range.from(), ends.beginning().sequence() + 1),
                Math.min(range.to(), ends.end().sequence()));
        long before = within.from() - 1;
        if (before == ends.beginning().sequence()) {
            LedgerVerifier<E> verifier =
                    new LedgerVerifier<>(format, before, ends.beginning().link());
            return Mono.just(new ChainWalk<>(source, verifier, ends.end(), within));
        }
        return source.at(before)
                .map(entry -> new LedgerVerifier<>(format, before, entry.link()))
                .switchIfEmpty(Mono.fromSupplier(() -> withoutEntryBefore(format, before, ends.end())))
                .map(verifier -> new ChainWalk<>(source, verifier, ends.end(), within));
    }

    private static <E extends LedgerEntry> LedgerVerifier<E> withoutEntryBefore(
            LedgerFormat<E> format, long before, ChainPosition end) {
        LedgerVerifier<E> verifier = new LedgerVerifier<>(format, before, null);
        if (before <= end.sequence()) {
            verifier.fail(before, Kind.MISSING, "the entry is missing");
        }
        return verifier;
    }

    /**
     * Where a chain begins and ends.
     *
     * @param beginning position of the last entry that was removed, or {@link ChainPosition#BEGINNING}
     * @param end position of the last entry, as the chain's row says
     */
    public record Ends(ChainPosition beginning, ChainPosition end) {}

    /** What the walk tells its findings to. */
    public LedgerVerifier<E> verifier() {
        return verifier;
    }

    /** What the walk looks at. */
    public Range range() {
        return range;
    }

    /** Whether the walk goes to the end of the chain. */
    public boolean isToTheEnd() {
        return range.to() == end.sequence();
    }

    /** The sequence that the walk has come to, once a page; completes at the end or when nothing can change the verdict. */
    public Flux<Long> positions() {
        return Flux.defer(this::step).repeat(this::goesOn).doOnComplete(this::arrived);
    }

    private boolean goesOn() {
        return position < range.to() && !verifier.isDecided();
    }

    private Mono<Long> step() {
        return goesOn()
                ? source.page(position, range.to())
                        .publishOn(Schedulers.parallel()) // hashing and checking signatures take a while
                        .map(this::look)
                : Mono.empty();
    }

    private long look(ChainSource.Page<E> page) {
        ChainPosition truncation = page.truncation();
        if (truncation != null && truncation.sequence() > verifier.last()) {
            verifier.truncated(truncation);
            position = truncation.sequence();
            return position;
        }
        page.checkpoints().forEach(verifier::checkpoint);
        page.entries().forEach(verifier::entry);
        position = page.upTo();
        return position;
    }

    private void arrived() {
        verifier.mustReach(range.to());
        if (isToTheEnd()) {
            verifier.endsWith(end);
        }
    }
}
