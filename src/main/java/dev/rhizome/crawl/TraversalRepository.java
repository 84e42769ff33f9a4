package dev.rhizome.crawl;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.Conflict;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.problem.NotFound;
import dev.rhizome.validation.Times;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Walks of the current tenant, and the pages that they find. Whatever changes a page adds to the counts of its walk. */
final class TraversalRepository {

    private static final String ADD = """
            with added as (
              insert into web_traversals
                (tenant_id, traversal_id, start_url, domain, max_depth, max_pages, strategy, same_domain_only, respect_robots_txt,
                 metadata, discovered)
              values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb, 1)
                  on conflict on constraint web_traversals_pkey do nothing
              returning traversal_id
            )
            insert into web_traversal_nodes (tenant_id, traversal_id, page_id, place, url, depth, link_type)
            select $1, traversal_id, $11, 1, $3, 0, 'start' from added
            returning traversal_id
            """;
    private static final String GET =
            "select " + Traversal.COLUMNS + " from web_traversals where tenant_id = $1 and traversal_id = $2";
    private static final String LIST = "select " + Traversal.COLUMNS + """

              from web_traversals
             where tenant_id = $1 and (created_at, traversal_id) < ($2, $3) and ($4::text is null or status = $4)
             order by created_at desc, traversal_id desc
             limit $5
            """;
    private static final String CHANGE = """
            update web_traversals
               set status = $3, error = $4, started_at = case when $3 = 'running' then now() else started_at end,
                   completed_at = case when $3 in ('completed', 'failed') then now() end, updated_at = now()
             where tenant_id = $1 and traversal_id = $2 and status = any ($5)
            returning %s
            """.formatted(Traversal.COLUMNS);
    private static final String DELETE = "delete from web_traversals where tenant_id = $1 and traversal_id = $2";

    /** The lock on the walk makes the places follow one another, and holds the number of pages. */
    private static final String FIND_PAGE = """
            with walk as materialized (
              select * from web_traversals where tenant_id = $1 and traversal_id = $2 for update
            ), judged as materialized (
              select case when w.status not in ('pending', 'running') then 'over'
                          when p.page_id is null then 'no-parent'
                          when known.page_id is not null then 'known'
                          when w.same_domain_only and w.domain <> $5 then 'other-domain'
                          when p.depth + 1 > w.max_depth then 'too-deep'
                          when w.discovered >= w.max_pages then 'too-many' else 'added' end as outcome,
                     w.status, w.discovered, w.domain, p.depth + 1 as depth
                from walk w
                left join web_traversal_nodes p on p.tenant_id = $1 and p.traversal_id = $2 and p.page_id = $6
                left join web_traversal_nodes known on known.tenant_id = $1 and known.traversal_id = $2 and known.page_id = $3
            ), added as (
              insert into web_traversal_nodes
                (tenant_id, traversal_id, page_id, place, url, depth, parent_id, link_text, link_type)
              select $1, $2, $3, discovered + 1, $4, depth, $6, $7, case when domain = $5 then 'internal' else 'external' end
                from judged where outcome = 'added'
                  on conflict on constraint web_traversal_nodes_pkey do nothing
              returning depth
            ), counted as (
              update web_traversals t
                 set discovered = t.discovered + 1, deepest = greatest(t.deepest, a.depth), updated_at = now()
                from added a
               where t.tenant_id = $1 and t.traversal_id = $2
            )
            select case when j.outcome = 'added' and not exists (select from added) then 'known' else j.outcome end as outcome, j.status
              from judged j
            """;

    private static final String CHANGE_PAGE = """
            with changed as (
              update web_traversal_nodes
                 set status = $4, bytes = $5, error = $6, visited_at = now()
               where tenant_id = $1 and traversal_id = $2 and page_id = $3 and status = 'pending'
              returning *
            ), counted as (
              update web_traversals t
                 set visited = t.visited + (c.status = 'visited')::integer, skipped = t.skipped + (c.status = 'skipped')::integer,
                     failed = t.failed + (c.status = 'error')::integer, bytes = t.bytes + coalesce(c.bytes, 0),
                     rate_limited = t.rate_limited + $7, updated_at = now()
                from changed c
               where t.tenant_id = $1 and t.traversal_id = $2
            )
            select %s from changed
            """.formatted(TraversalNode.COLUMNS);
    private static final String STATUS_OF_PAGE =
            "select status from web_traversal_nodes where tenant_id = $1 and traversal_id = $2 and page_id = $3";
    private static final String PAGES = "select " + TraversalNode.COLUMNS + """

              from web_traversal_nodes
             where tenant_id = $1 and traversal_id = $2 and place > $3 and ($4::text is null or status = $4)
             order by place
             limit $5
            """;

    private final TenantTransactions transactions;

    TraversalRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    private record Judged(String outcome, String status) {}

    /** Adds a walk, with its start; an error of {@link Conflict} where there is one of that id. */
    Mono<Void> add(Traversal.Input walk) {
        WebUrl start = WebUrl.of("startUrl", walk.startUrl());
        Query<String> add = Query.ofTenant(
                ADD,
                row -> Rows.required(row, "traversal_id", String.class),
                walk.id(),
                start.text(),
                start.domain(),
                walk.maxDepth(),
                walk.maxPages(),
                walk.strategy(),
                walk.sameDomainOnly(),
                walk.respectRobotsTxt(),
                walk.metadata(),
                start.id());
        return transactions
                .writing(connection -> connection
                        .rows(add)
                        .next()
                        .delayUntil(id -> AuditLog.record(connection, "created", Traversal.KIND, id)))
                .switchIfEmpty(Mono.error(() -> new Conflict("there is a traversal " + walk.id() + " already")))
                .then();
    }

    /** The walk, or an error of {@link NotFound}. */
    Mono<Traversal> get(String id) {
        return transactions.read(Query.ofTenant(GET, Traversal::of, id)).next().switchIfEmpty(missing(id));
    }

    /** Walks of {@code status}, null for any, newest first, behind {@code after}. */
    Flux<Traversal> list(@Nullable String status, @Nullable Cursor after, int limit) {
        return transactions.filtered(Query.ofTenant(
                LIST,
                Traversal::of,
                Cursor.timeOf(after, Instant.parse(Times.LATEST)),
                Cursor.idOf(after),
                Query.nullable(status, String.class),
                limit));
    }

    /** The walk after a step; an error of {@link NotFound}, or of {@link Conflict} where it may not be taken. */
    Mono<Traversal> change(String id, Traversal.Change change) {
        Query<Traversal> query = Query.ofTenant(
                CHANGE,
                Traversal::of,
                id,
                change.status(),
                Query.nullable(change.error(), String.class),
                change.before());
        return transactions
                .writing(connection -> connection
                        .rows(query)
                        .next()
                        .delayUntil(changed -> AuditLog.record(connection, "updated", Traversal.KIND, id)))
                .switchIfEmpty(Mono.defer(() -> get(id))
                        .flatMap(
                                found -> Mono.error(Conflict.ofStep(Traversal.KIND, found.status(), change.status()))));
    }

    /** Removes a walk with the pages that it found; an error of {@link NotFound}. */
    Mono<Void> delete(String id) {
        return transactions
                .writing(connection -> delete(connection, id))
                .switchIfEmpty(missing(id))
                .then();
    }

    private static Mono<Long> delete(TenantConnection connection, String id) {
        return connection
                .changed(Query.changeOfTenant(DELETE, id))
                .filter(removed -> removed > 0)
                .delayUntil(removed -> AuditLog.record(connection, "deleted", Traversal.KIND, id));
    }

    /**
     * Adds a page that a walk has found.
     *
     * @return {@code added}, {@code known}, {@code other-domain}, {@code too-deep} or {@code too-many}; an error of {@link NotFound}, of
     *     {@link Conflict} where the walk is over, of {@link InvalidRequest} where it has not found the parent
     */
    Mono<String> addPage(String id, TraversalNode.Input page) {
        WebUrl url = WebUrl.of("url", page.url());
        WebUrl parent = WebUrl.of("parentUrl", page.parentUrl());
        Query<Judged> query = Query.ofTenant(
                FIND_PAGE,
                row -> new Judged(
                        Rows.required(row, "outcome", String.class), Rows.required(row, "status", String.class)),
                id,
                url.id(),
                url.text(),
                url.domain(),
                parent.id(),
                Query.nullable(page.linkText(), String.class));
        return transactions
                .writing(connection -> connection.rows(query).next())
                .switchIfEmpty(missing(id))
                .map(judged -> switch (judged.outcome()) {
                    case "over" -> throw new Conflict("the traversal is " + judged.status());
                    case "no-parent" ->
                        throw InvalidRequest.of("parentUrl", page.parentUrl(), "a page that the traversal has found");
                    default -> judged.outcome();
                });
    }

    /** The page after its visit; an error of {@link NotFound}, or of {@link Conflict} where that was told before. */
    Mono<TraversalNode> changePage(String id, TraversalNode.Change change) {
        WebUrl url = WebUrl.of("url", change.url());
        Query<TraversalNode> query = Query.ofTenant(
                CHANGE_PAGE,
                TraversalNode::of,
                id,
                url.id(),
                change.status(),
                Query.nullable(change.bytes(), Long.class),
                Query.nullable(change.error(), String.class),
                change.rateLimited());
        return transactions
                .writing(connection -> connection.rows(query).next())
                .switchIfEmpty(Mono.defer(() -> get(id))
                        .flatMap(walk -> transactions
                                .read(Query.ofTenant(
                                        STATUS_OF_PAGE,
                                        row -> Rows.required(row, "status", String.class),
                                        id,
                                        url.id()))
                                .next())
                        .switchIfEmpty(Mono.error(() -> new NotFound("page of the traversal", url.text())))
                        .flatMap(status -> Mono.error(Conflict.ofStep("page", status, change.status()))));
    }

    /** Pages of a walk in the order of finding, behind {@code afterPlace}; an error of {@link NotFound}. */
    Flux<TraversalNode> pages(String id, @Nullable String status, int afterPlace, int limit) {
        return get(id).thenMany(transactions.filtered(
                Query.ofTenant(PAGES, TraversalNode::of, id, afterPlace, Query.nullable(status, String.class), limit)));
    }

    private static <T> Mono<T> missing(String id) {
        return Mono.error(() -> new NotFound(Traversal.KIND, id));
    }
}
