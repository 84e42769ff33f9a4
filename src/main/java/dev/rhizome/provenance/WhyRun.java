package dev.rhizome.provenance;

import dev.rhizome.problem.NotFound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.function.Tuple2;

/**
 * One answer to where something comes from and what came from it: a walk along derivations, breadth first, that visits
 * each thing once and stops at its bounds. Each hop is a transaction of its own; between hops no connection is held.
 */
final class WhyRun {

    /**
     * How far to go.
     *
     * @param hops most derivations from the thing
     * @param documents most things derived
     */
    record Bounds(int hops, int documents) {}

    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final int MOST_AT_ONCE = 5_000;
    private static final int MOST_ENTRIES = 100;

    private final WhyRepository repository;
    private final @Nullable String id;
    private final @Nullable RelationshipKey relationship;
    private final Bounds bounds;
    private final long began = System.nanoTime();
    private final Set<String> seen = new HashSet<>();
    private int entries;
    private int derived;
    private int hops;
    private boolean truncated;

    private WhyRun(WhyRepository repository, @Nullable String id, @Nullable RelationshipKey edge, Bounds bounds) {
        this.repository = repository;
        this.id = id;
        this.relationship = edge;
        this.bounds = bounds;
    }

    /** Of the entity {@code id}. */
    static WhyRun of(WhyRepository repository, String id, Bounds bounds) {
        return new WhyRun(repository, id, null, bounds);
    }

    /** Of a relationship. Nothing is derived from one, since what is derived from is entities. */
    static WhyRun of(WhyRepository repository, RelationshipKey key, Bounds bounds) {
        return new WhyRun(repository, null, key, bounds);
    }

    /** Facts and entries, then each hop, then the end; an error of {@link NotFound} where the thing is unknown. */
    Flux<List<Why.Step>> stages() {
        String start = id;
        return Flux.concat(
                facts(),
                start == null ? Flux.empty() : Flux.defer(() -> hop(List.of(start), 1)),
                Mono.fromSupplier(() -> List.of(done())));
    }

    private Mono<List<Why.Step>> facts() {
        RelationshipKey edge = relationship;
        return edge == null ? ofEntity(String.valueOf(id)) : ofRelationship(edge);
    }

    private Mono<List<Why.Step>> ofEntity(String entity) {
        int colon = entity.indexOf(':');
        EntryKey itself = new EntryKey(entity.substring(0, Math.max(colon, 0)), entity.substring(colon + 1));
        seen.add(entity);
        return Mono.zip(
                        repository.entity(entity),
                        repository.attributions(
                                List.of("entity", "provenance", itself.type(), itself.type()),
                                List.of(entity, entity, itself.id(), entity)),
                        repository.naming("about", entity, itself, MOST_ENTRIES),
                        repository.origins(entity, MOST_ENTRIES))
                .switchIfEmpty(Mono.error(() -> new NotFound("entity", entity)))
                .map(found -> steps(found.getT1(), found.getT2(), found.getT3(), found.getT4()));
    }

    private Mono<List<Why.Step>> ofRelationship(RelationshipKey edge) {
        String key = edge.source() + " -" + edge.type() + "-> " + edge.target();
        String undirected = edge.source() + " -" + edge.type() + "- " + edge.target();
        return Mono.zip(
                        repository.relationship(edge),
                        repository.attributions(List.of("relationship", "relationship"), List.of(key, undirected)),
                        repository.naming("relationship", edge.joined(), new EntryKey("", ""), MOST_ENTRIES))
                .switchIfEmpty(Mono.error(() -> new NotFound("relationship", key)))
                .map(found -> steps(found.getT1(), found.getT2(), found.getT3(), List.of()));
    }

    private List<Why.Step> steps(
            WhyRepository.Subject subject,
            List<Why.Attribution> attributions,
            List<Why.Named> naming,
            List<String> origins) {
        Set<String> derivedFrom = new LinkedHashSet<>(origins);
        naming.forEach(entry -> derivedFrom.addAll(entry.derivedFrom()));
        entries = naming.size();
        truncated |= naming.size() == MOST_ENTRIES || origins.size() == MOST_ENTRIES;
        List<Why.Step> steps = new ArrayList<>();
        steps.add(new Why.Facts(
                id,
                relationship,
                subject.type(),
                subject.name(),
                subject.source(),
                subject.provider(),
                attributions.isEmpty() ? null : attributions.getFirst(),
                attributions.size() < 2 ? null : attributions.getLast(),
                List.copyOf(derivedFrom)));
        steps.addAll(naming);
        return steps;
    }

    private Flux<List<Why.Step>> hop(List<String> frontier, int number) {
        if (frontier.isEmpty()) {
            return Flux.empty();
        }
        Duration left = LONGEST.minusNanos(System.nanoTime() - began);
        if (number > bounds.hops() || derived >= bounds.documents() || !left.isPositive()) {
            truncated = true;
            return Flux.empty();
        }
        return repository
                .derived(frontier, number, MOST_AT_ONCE)
                .timeout(left, Mono.fromRunnable(() -> truncated = true))
                .map(found -> taken(found, number))
                .flatMapMany(taken -> Flux.concat(
                        taken.isEmpty() ? Flux.empty() : Flux.just(List.<Why.Step>copyOf(taken)),
                        Flux.defer(() -> hop(ids(taken), number + 1))));
    }

    private List<Why.Derived> taken(Tuple2<List<List<Why.Derived>>, List<Why.Derived>> found, int number) {
        truncated |= found.getT1().size() == MOST_AT_ONCE || found.getT2().size() == MOST_AT_ONCE;
        List<Why.Derived> all = new ArrayList<>(found.getT2());
        found.getT1().forEach(all::addAll);
        List<Why.Derived> taken = new ArrayList<>();
        for (Why.Derived document : all) {
            if (derived + taken.size() >= bounds.documents()) {
                truncated |= !seen.contains(document.identity());
            } else if (seen.add(document.identity())) {
                taken.add(document);
            }
        }
        derived += taken.size();
        hops = taken.isEmpty() ? hops : number;
        return taken;
    }

    private static List<String> ids(List<Why.Derived> taken) {
        List<String> ids = new ArrayList<>();
        for (Why.Derived document : taken) {
            String entity = document.id();
            if (entity != null) {
                ids.add(entity);
            }
        }
        return ids;
    }

    private Why.Done done() {
        return new Why.Done(entries, derived, hops, !truncated, truncated, (System.nanoTime() - began) / 1_000_000);
    }
}
