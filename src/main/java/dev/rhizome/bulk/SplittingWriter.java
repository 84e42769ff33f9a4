package dev.rhizome.bulk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Writes batches so that one bad item costs one item. A batch that fails because of its items is written again in halves,
 * until the item at fault stands alone; the problem is the result of that item only. A batch that fails for another reason
 * is not split: the problem is the result of each of its items.
 *
 * <p>Unless the writer is ordered, items are written in the order of their keys, so that two batches with the same rows
 * lock them in the same order and do not deadlock.
 */
public final class SplittingWriter<T extends BulkItem> implements BatchWriter<T> {

    private final BatchWriter<T> writer;
    private final Predicate<Throwable> isCausedByItems;

    /**
     * Writes through {@code writer}.
     *
     * @param isCausedByItems whether an error says something about the items, so that halves of the batch may succeed
     */
    public SplittingWriter(BatchWriter<T> writer, Predicate<Throwable> isCausedByItems) {
        this.writer = writer;
        this.isCausedByItems = isCausedByItems;
    }

    @Override
    public boolean isOrdered() {
        return writer.isOrdered();
    }

    /** One result an item, in the batch's order. It never ends with an error. */
    @Override
    public Mono<List<Result>> write(List<T> batch) {
        if (writer.isOrdered()) {
            return split(batch);
        }
        Integer[] order = orderOfKeys(batch);
        List<T> sorted = Arrays.stream(order).map(batch::get).toList();
        return split(sorted).map(results -> inOrderSent(results, order));
    }

    private Mono<List<Result>> split(List<T> batch) {
        return Mono.defer(() -> writer.write(batch))
                .onErrorResume(error -> batch.size() > 1 && isCausedByItems.test(error)
                        ? halves(batch)
                        : Mono.just(Collections.nCopies(batch.size(), Result.of(error))));
    }

    private Mono<List<Result>> halves(List<T> batch) {
        int middle = batch.size() / 2;
        return Flux.just(batch.subList(0, middle), batch.subList(middle, batch.size()))
                .concatMap(this::split)
                .concatMapIterable(results -> results)
                .collectList();
    }

    private static <T extends BulkItem> Integer[] orderOfKeys(List<T> batch) {
        Integer[] order = new Integer[batch.size()];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparing(i -> batch.get(i).key()));
        return order;
    }

    private static List<Result> inOrderSent(List<Result> sorted, Integer[] order) {
        List<Result> results = new ArrayList<>(sorted);
        for (int i = 0; i < order.length; i++) {
            results.set(order[i], sorted.get(i));
        }
        return results;
    }
}
