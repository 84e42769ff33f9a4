package dev.rhizome.crawl;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.audit.AuditLog;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.chunking.ChunkedTexts;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.NotFound;
import dev.rhizome.validation.Times;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Pages of the current tenant: a row for each URL, and one for each text, which several URLs may have. A text goes with the last page
 * that has it.
 */
final class PageRepository {

    static final String ORIGIN = "web";

    /** Ids of those from before {@code $2}, the oldest first. */
    static final String OLDEST = """
            select page_id as id from web_pages where tenant_id = $1 and fetched_at < $2 order by fetched_at limit $3
            """;

    private static final String IS_STORED =
            "select content_id from web_contents where tenant_id = $1 and content_id = $2";
    /** Of pages that come at once and link to each other, the later one sees the earlier one. */
    private static final String LOCK_LINKS =
            "select pg_advisory_xact_lock(hashtextextended('links of ' || $1::text, 0)) is null as locked";
    /** A text that is there cannot go before the transaction is over. */
    private static final String KEEP = IS_STORED + " for key share";

    private static final String BEFORE = """
            select content_id, (quality, extraction_type, status_code, metadata) is not distinct from
                               ($3::text, $4::text, $5::smallint, $6::jsonb) as same
              from web_pages where tenant_id = $1 and page_id = $2
               for update
            """;
    private static final String PUT = """
            insert into web_pages as p
              (tenant_id, page_id, url, domain, content_id, quality, extraction_type, status_code, metadata, expires_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, now() + $10 * interval '1 second')
                on conflict on constraint web_pages_pkey do update
               set content_id = excluded.content_id, quality = excluded.quality, extraction_type = excluded.extraction_type,
                   status_code = excluded.status_code, metadata = excluded.metadata, expires_at = excluded.expires_at,
                   fetched_at = now(), hits = 0, last_hit_at = null
            """;
    private static final String PUT_NODE = """
            select put_graph_nodes('web', array[p.node_id], array['WEB_PAGE'], array[c.title], array[''], array[1::real],
                                   array[jsonb_build_object('url', p.url, 'domain', p.domain)]) as written
              from web_pages p join web_contents c on c.tenant_id = $1 and c.content_id = p.content_id
             where p.tenant_id = $1 and p.page_id = $2
            """;
    private static final String DROP_EDGES = """
            delete from relationships
             where tenant_id = $1 and source_id = 'page:' || $2 and type in ('HAS_CONTENT', 'LINKS_TO') and origin = 'web'
            """;
    /** To its text, and to the pages that it links to. */
    private static final String PUT_EDGES = """
            with edges as (
              select p.node_id as source_id, 'HAS_CONTENT' as type, 'content:' || p.content_id as target_id
                from web_pages p where p.tenant_id = $1 and p.page_id = $2
               union
              select p.node_id, 'LINKS_TO', target.node_id
                from web_pages p
                join web_links l on l.tenant_id = $1 and l.content_id = p.content_id
                join web_pages target on target.tenant_id = $1 and target.page_id = l.page_id
               where p.tenant_id = $1 and p.page_id = $2 and target.page_id <> p.page_id
            )
            select put_edges('web', array_agg(source_id), array_agg(type), array_agg(target_id), array_agg(true),
                             array_agg(1::real), array_agg(1::real), array_agg('{}'::jsonb)) as written
              from edges
            """;
    /** From the pages that were there before and link to it. */
    private static final String PUT_EDGES_TO = """
            with edges as (
              select distinct source.node_id as source_id, 'page:' || l.page_id as target_id
                from web_links l
                join web_pages source on source.tenant_id = $1 and source.content_id = l.content_id
               where l.tenant_id = $1 and l.page_id = $2 and source.page_id <> l.page_id
            )
            select put_edges('web', array_agg(source_id), array_agg('LINKS_TO'::text), array_agg(target_id), array_agg(true),
                             array_agg(1::real), array_agg(1::real), array_agg('{}'::jsonb)) as written
              from edges having count(*) > 0
            """;

    private static final String GET = "select " + Page.COLUMNS + """
            , c.text
              from web_pages p join web_contents c on c.tenant_id = $1 and c.content_id = p.content_id
             where p.tenant_id = $1 and p.page_id = $2
            """;
    private static final String LIST = "select " + Page.COLUMNS + """

              from web_pages p join web_contents c on c.tenant_id = $1 and c.content_id = p.content_id
             where p.tenant_id = $1 and (p.fetched_at, p.page_id) < ($2, $3)
               and ($4::text is null or p.domain = $4) and ($5::text is null or p.quality = $5)
             order by p.fetched_at desc, p.page_id desc
             limit $6
            """;
    private static final String LINKS = """
            select l.place, l.url, p.page_id
              from web_links l
              left join web_pages p on p.tenant_id = $1 and p.page_id = l.page_id
             where l.tenant_id = $1 and l.place > $3
               and l.content_id = (select content_id from web_pages where tenant_id = $1 and page_id = $2)
             order by l.place
             limit $4
            """;
    private static final String EXISTS = "select page_id from web_pages where tenant_id = $1 and page_id = $2";
    private static final String DELETE = """
            with gone as (
              delete from web_pages where tenant_id = $1 and page_id = $2 returning node_id, content_id
            )
            select content_id, remove_nodes('web', array[node_id]) as removed from gone
            """;
    /** Whoever makes a page of one of them waits for this, or is seen by the statement that follows. */
    private static final String LOCK_CONTENTS = """
            select content_id from web_contents where tenant_id = $1 and content_id = any ($2) order by content_id for update
            """;

    private static final String DELETE_ORPHANS = """
            delete from web_contents c
             where tenant_id = $1 and content_id = any ($2)
               and not exists (select from web_pages p where p.tenant_id = $1 and p.content_id = c.content_id)
            returning node_id
            """;

    private final TenantTransactions transactions;

    PageRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** A link of a page; {@code pageId} is null where what it points to is not stored. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Link(int place, String url, @Nullable String pageId) {

        Cursor cursor() {
            return Cursor.of(String.valueOf(place));
        }
    }

    /** What a page was; {@code same} is whether the same is said of it. */
    private record Before(String contentId, boolean same) {

        boolean isOf(PageInput page) {
            return contentId.equals(page.contentId());
        }
    }

    /** Whether the text is stored. */
    Mono<Boolean> isStored(String contentId) {
        return transactions
                .read(Query.ofTenant(IS_STORED, row -> true, contentId))
                .hasElements();
    }

    /**
     * Stores a page.
     *
     * @param content writes its text, where that is not stored
     * @return what became of it; empty, with nothing written, where its text is not there any more
     */
    Mono<Outcome> put(PageInput page, ChunkedTexts.Store content) {
        return transactions.writing(connection -> content.by(connection)
                .then(Mono.defer(() -> connection.list(Query.ofTenant(LOCK_LINKS, row -> true))))
                .then(Mono.defer(() -> put(connection, page))));
    }

    /** Locks the page before its text, as does whoever deletes it. */
    private static Mono<Outcome> put(TenantConnection connection, PageInput page) {
        return connection
                .list(Query.ofTenant(BEFORE, PageRepository::before, arguments(page)))
                .flatMap(found -> connection
                        .rows(Query.ofTenant(KEEP, row -> true, page.contentId()))
                        .next()
                        .flatMap(kept -> put(connection, page, found.isEmpty() ? null : found.getFirst())));
    }

    private static Mono<Outcome> put(TenantConnection connection, PageInput page, @Nullable Before before) {
        String id = page.url().id();
        Outcome outcome = outcome(page, before);
        boolean saysTheSame = before != null && before.isOf(page);
        return connection
                .changed(put(page))
                .then(Mono.defer(() -> saysTheSame ? Mono.<Void>empty() : connected(connection, id, before)))
                .then(Mono.defer(() -> outcome == Outcome.UNCHANGED
                        ? Mono.<Void>empty()
                        : AuditLog.record(connection, outcome.label(), PageInput.KIND, id)))
                .thenReturn(outcome);
    }

    private static Object[] arguments(PageInput page) {
        PageInput.About about = page.about();
        return new Object[] {
            page.url().id(),
            about.quality(),
            about.extractionType(),
            Query.nullable(about.statusCode(), Integer.class),
            about.metadata()
        };
    }

    private static Before before(Readable row) {
        return new Before(Rows.required(row, "content_id", String.class), Rows.required(row, "same", Boolean.class));
    }

    private static Outcome outcome(PageInput page, @Nullable Before before) {
        if (before == null) {
            return Outcome.CREATED;
        }
        return before.same() && before.isOf(page) ? Outcome.UNCHANGED : Outcome.UPDATED;
    }

    private static Query<Void> put(PageInput page) {
        PageInput.About about = page.about();
        return Query.changeOfTenant(
                PUT,
                page.url().id(),
                page.url().text(),
                page.url().domain(),
                page.contentId(),
                about.quality(),
                about.extractionType(),
                Query.nullable(about.statusCode(), Integer.class),
                about.metadata(),
                about.keepSeconds());
    }

    /** Joins a page that says something else than {@code before}, or was not there, to what it says and to other pages. */
    private static Mono<Void> connected(TenantConnection connection, String id, @Nullable Before before) {
        Mono<?> node = connection.list(Query.ofTenant(PUT_NODE, row -> true, id));
        Mono<?> from = Mono.defer(() -> connection.list(Query.ofTenant(PUT_EDGES, row -> true, id)));
        if (before == null) {
            return node.then(from)
                    .then(Mono.defer(() -> connection
                            .list(Query.ofTenant(PUT_EDGES_TO, row -> true, id))
                            .then()));
        }
        return node.then(Mono.defer(() -> connection.changed(Query.changeOfTenant(DROP_EDGES, id))))
                .then(from)
                .then(Mono.defer(() -> removeOrphans(connection, List.of(before.contentId()))));
    }

    /** Removes those of {@code contents} that no page has, with their chunks. */
    static Mono<Void> removeOrphans(TenantConnection connection, List<String> contents) {
        Object ids = contents.toArray(String[]::new);
        return connection
                .list(Query.ofTenant(LOCK_CONTENTS, row -> true, ids))
                .flatMap(locked -> connection.list(
                        Query.ofTenant(DELETE_ORPHANS, row -> Rows.required(row, "node_id", String.class), ids)))
                .filter(nodes -> !nodes.isEmpty())
                .flatMap(nodes -> ChunkedTexts.remove(connection, ORIGIN, nodes));
    }

    /** The page with its text, or an error of {@link NotFound}. */
    Mono<Page> get(String id) {
        return transactions.read(Query.ofTenant(GET, Page::whole, id)).next().switchIfEmpty(missing(id));
    }

    /**
     * Pages without their text, fetched last first, behind {@code after}.
     *
     * @param domain of theirs, null for any
     * @param quality of theirs, null for any
     */
    Flux<Page> list(@Nullable String domain, @Nullable String quality, @Nullable Cursor after, int limit) {
        return transactions.filtered(Query.ofTenant(
                LIST,
                Page::of,
                Cursor.timeOf(after, Instant.parse(Times.LATEST)),
                Cursor.idOf(after),
                Query.nullable(domain, String.class),
                Query.nullable(quality, String.class),
                limit));
    }

    /** Links of a page in the order of its text, behind {@code afterPlace}; an error of {@link NotFound}. */
    Flux<Link> links(String id, int afterPlace, int limit) {
        return transactions
                .read(Query.ofTenant(EXISTS, row -> true, id))
                .next()
                .switchIfEmpty(missing(id))
                .thenMany(transactions.read(Query.ofTenant(
                        LINKS,
                        row -> new Link(
                                Rows.required(row, "place", Integer.class),
                                Rows.required(row, "url", String.class),
                                row.get("page_id", String.class)),
                        id,
                        afterPlace,
                        limit)));
    }

    /** Removes a page, and its text where no other page has it; an error of {@link NotFound}. */
    Mono<Void> delete(String id) {
        return transactions
                .writing(connection -> connection
                        .rows(Query.ofTenant(DELETE, row -> Rows.required(row, "content_id", String.class), id))
                        .next()
                        .delayUntil(content -> removeOrphans(connection, List.of(content)))
                        .delayUntil(content -> AuditLog.record(connection, "deleted", PageInput.KIND, id)))
                .switchIfEmpty(missing(id))
                .then();
    }

    static <T> Mono<T> missing(String page) {
        return Mono.error(() -> new NotFound(PageInput.KIND, page));
    }
}
