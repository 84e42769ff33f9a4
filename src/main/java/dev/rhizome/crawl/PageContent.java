package dev.rhizome.crawl;

import dev.rhizome.chunking.ChunkedTexts;
import dev.rhizome.database.Columns;
import dev.rhizome.database.Query;
import dev.rhizome.database.TenantConnection;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * What a page says, as it was read.
 *
 * @param page that says it
 * @param title 1 to 500 characters
 * @param text all of it
 * @param pages of a PDF, 0 where there are none
 * @param chunks how many it is cut into
 * @param links where it points to
 */
record PageContent(PageInput page, String title, String text, int pages, int chunks, List<WebUrl> links) {

    private static final String ADD = """
            insert into web_contents (tenant_id, content_id, media_type, title, text, bytes, pages, chunks)
            values ($1, $2, $3, $4, $5, $6, nullif($7::integer, 0), $8)
                on conflict on constraint web_contents_pkey do nothing
            returning content_id
            """;
    private static final String PUT_NODE = """
            select put_graph_nodes('web', array[$1], array['WEB_CONTENT'], array[$2], array[''], array[1::real],
                                   array['{}'::jsonb]) as written
            """;
    private static final String ADD_LINKS = """
            insert into web_links (tenant_id, content_id, place, page_id, url)
            select $1, $2, place, page_id, url from unnest($3::text[], $4::text[]) with ordinality as t (page_id, url, place)
            """;

    /** The node of the content {@code id}, behind which its chunks stand. */
    static String nodeId(String id) {
        return "content:" + id;
    }

    String nodeId() {
        return nodeId(page.contentId());
    }

    /** Adds it by {@code connection} and its chunks by {@code chunkRows}, where nobody has done so meanwhile. */
    Mono<Void> add(TenantConnection connection, ChunkedTexts.Store chunkRows) {
        Query<Boolean> add = Query.ofTenant(
                ADD,
                row -> true,
                page.contentId(),
                page.source().format().mediaType(),
                title,
                text,
                (long) page.source().bytes().length,
                pages,
                chunks);
        return connection
                .rows(add)
                .next()
                .delayUntil(added -> connection.list(Query.of(PUT_NODE, row -> true, nodeId(), title)))
                .delayUntil(added -> chunkRows.by(connection))
                .delayUntil(added -> connection.changed(Query.changeOfTenant(
                        ADD_LINKS,
                        page.contentId(),
                        Columns.texts(links, WebUrl::id),
                        Columns.texts(links, WebUrl::text))))
                .then();
    }
}
