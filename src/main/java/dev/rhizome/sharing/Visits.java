package dev.rhizome.sharing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.problem.NotFound;
import dev.rhizome.tenant.Actor;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads what other tenants share with the current one, as their guest. */
public final class Visits {

    /** What the logs of both sides say of a search. */
    public static final String SEARCHED = "searched";

    /** What they say of a thing that was read by its id. */
    static final String READ = "read";

    private static final String VISIT = "select slug, tenant_id from visit($1, $2, $3, $4)";

    private static final int AT_ONCE = 4;
    private static final long MOST_KNOWN = 10_000;

    private record Asked(TenantId guest, String slug) {}

    private final TenantTransactions transactions;
    private final Cache<Asked, Visit> owners =
            Caffeine.newBuilder().maximumSize(MOST_KNOWN).build();

    /** Works through the one door. */
    Visits(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /**
     * A tenant that lets the current one read.
     *
     * @param slug of it
     * @param owner whose rows those are
     */
    public record Visit(String slug, TenantId owner) {

        private static Visit of(Readable row) {
            return new Visit(
                    Rows.required(row, "slug", String.class),
                    new TenantId(Rows.required(row, "tenant_id", UUID.class)));
        }
    }

    /**
     * What {@code reading} finds of each tenant, as its guest: no more than is granted at the moment of each statement. Nothing of it is
     * told before both sides' logs have it, which is written meanwhile.
     *
     * @param slugs of the tenants
     * @param action {@link #SEARCHED} or {@code read}
     * @param subject what for
     * @param reading of one tenant; nothing where that tenant is being removed
     * @return in any order; an error of {@link InvalidRequest} where one of the tenants shares nothing with the current one, or does not
     *     exist, which is not told apart
     */
    public <T> Mono<List<T>> read(List<String> slugs, String action, String subject, Function<Visit, Flux<T>> reading) {
        return slugs.isEmpty()
                ? Mono.just(List.of())
                : TenantContext.current().flatMap(guest -> {
                    Mono<List<Visit>> logged = begin(guest, slugs, action, subject);
                    List<Visit> known = known(guest, slugs);
                    return known.size() < slugs.size()
                            ? logged.flatMap(open -> all(open, guest, reading))
                            : Mono.zip(logged, all(known, guest, reading))
                                    .flatMap(both -> Set.copyOf(both.getT1()).equals(Set.copyOf(known))
                                            ? Mono.just(both.getT2())
                                            : all(both.getT1(), guest, reading));
                });
    }

    /** Visits of before: whose a slug is changes only where a tenant is removed and another one takes its slug. */
    private List<Visit> known(TenantId guest, List<String> slugs) {
        return slugs.stream()
                .map(slug -> owners.getIfPresent(new Asked(guest, slug)))
                .filter(Objects::nonNull)
                .toList();
    }

    private Mono<List<Visit>> begin(TenantId guest, List<String> slugs, String action, String subject) {
        return Actor.current()
                .flatMap(actor -> transactions.writing(connection -> connection
                        .rows(Query.of(VISIT, Visit::of, slugs.toArray(String[]::new), action, subject, actor.name()))
                        .collectList()
                        .doOnNext(open -> areAllOpen(open, slugs))))
                .doOnNext(open -> open.forEach(visit -> owners.put(new Asked(guest, visit.slug()), visit)));
    }

    private static <T> Mono<List<T>> all(List<Visit> visits, TenantId guest, Function<Visit, Flux<T>> reading) {
        return Flux.fromIterable(visits)
                .flatMap(visit -> as(visit, guest, reading.apply(visit)), AT_ONCE)
                .collectList();
    }

    private static <T> Flux<T> as(Visit visit, TenantId guest, Flux<T> reading) {
        return reading.onErrorResume(NotFound.class, gone -> Flux.empty())
                .contextWrite(context -> context.putAll(
                        TenantContext.ofGuest(visit.owner(), guest).readOnly()));
    }

    private static void areAllOpen(List<Visit> open, List<String> slugs) {
        for (String slug : slugs) {
            if (open.stream().noneMatch(visit -> visit.slug().equals(slug))) {
                throw InvalidRequest.of("tenants", slug, "own, or tenants that share something with this one");
            }
        }
    }
}
