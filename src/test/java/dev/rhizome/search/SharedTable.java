package dev.rhizome.search;

import static org.assertj.core.api.Assertions.assertThat;

import com.pgvector.PGvector;
import dev.rhizome.embedding.Embedding;
import dev.rhizome.graph.Direction;
import dev.rhizome.graph.EdgeFilter;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import dev.rhizome.testing.VectorHomes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * 26,110 documents of five tenants, from ten of them to nearly all, and a service over them on a pool of one connection. The vectors of the two largest are in tables of their own, with indexes. Made once for all tests that ask for it.
 *
 * <p>The vectors are noise around 500 centres, as those of related texts are.
 */
final class SharedTable {

    /** A tenant and its part of the table. */
    enum Share {
        TEN(10),
        HUNDRED(100),
        THOUSAND(1_000),
        MANY(5_000),
        MOST(20_000);

        private final int documents;

        Share(int documents) {
            this.documents = documents;
        }

        int documents() {
            return documents;
        }

        UUID tenant() {
            return new UUID(0x7000L, 0x8000000000000000L + documents);
        }
    }

    static final SearchRequest.Restriction ANYTHING = new SearchRequest.Restriction(List.of(), null, 0);

    private static final int CHUNK = 20_000;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static @Nullable SharedTable table;

    private final TestDatabase database = TestDatabase.create();

    private final Map<Share, String> homes = new EnumMap<>(Share.class);
    /** Started first: on a database with tables outside of its schema it would not start. */
    private final RunningService service = RunningService.on(database, "--rhizome.vectors.interval=1h");

    private SharedTable() throws SQLException {
        load();
    }

    /** The table, made by whoever asks first. */
    static synchronized SharedTable get() {
        SharedTable made = table;
        if (made == null) {
            try {
                made = new SharedTable();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            table = made;
        }
        return made;
    }

    private void load() throws SQLException {
        database.asOwner(
                "select setseed(0.42)",
                vectors("test_centres", 500, 1.0),
                vectors("test_noise", 2_000, 0.7),
                """
                create table public.test_queries as
                select c.n, c.v + n.v as v from public.test_centres c join public.test_noise n on n.n = 1999 - c.n
                """,
                "grant select on public.test_centres, public.test_noise, public.test_queries to rhizome_app");
        for (Share share : Share.values()) {
            for (int from = 0; from < share.documents(); from += CHUNK) {
                load(share, from, Math.min(from + CHUNK, share.documents()));
            }
        }
        for (Share share : new Share[] {Share.MANY, Share.MOST}) {
            homes.put(share, VectorHomes.move(database, share.tenant(), "indexed"));
        }
        database.asOwner(
                "vacuum analyze rhizome.vectors",
                "vacuum analyze rhizome.search_terms",
                "vacuum analyze rhizome.search_vocabulary",
                "vacuum analyze rhizome.hybrid_search_index");
    }

    private static String vectors(String table, int count, double scale) {
        return """
                create table public.%s as
                select n, array_agg(%s * random_normal())::public.vector as v
                  from generate_series(0, %d) n, generate_series(1, 384) d group by n
                """.formatted(table, scale, count - 1);
    }

    /** Names are of 5,000 words, quaaaa to quejjj; every hundredth document is RARE, the others of three types. */
    private void load(Share share, int from, int to) throws SQLException {
        List<String> indexed = sql(share, """
                insert into tenants (tenant_id, slug, name) values (current_tenant(), 'x' || current_tenant(), 'x')
                    on conflict do nothing;
                select index_documents(
                  array_agg('t' || s), array_agg(case when s %% 100 = 7 then 'RARE' else 'T' || s %% 3 end),
                  array_agg('document qu' || translate(to_char(s %% 5000, 'FM0000'), '0123456789', 'abcdefghij')),
                  array_agg('about word' || s %% 97 || ' rare' || s %% 9973), array_agg((s %% 100 / 100.0)::real),
                  array_agg(jsonb_build_object('colour', 'c' || s %% 10, 'page', s %% 1000)),
                  1::smallint, array_agg(c.v + n.v), null, array_agg(null::vector))
                  from generate_series(%d, %d) s
                  join public.test_centres c on c.n = s %% 500 join public.test_noise n on n.n = s %% 1999
                """.formatted(from, to - 1));
        assertThat(indexed).containsExactly(String.valueOf(to - from));
    }

    /** First column of the last statement, as the application gets it for {@code share}. */
    List<String> sql(Share share, String sql) throws SQLException {
        return database.asApplication(share.tenant(), sql);
    }

    /** The table with the vectors of {@code share}. */
    String home(Share share) {
        return homes.getOrDefault(share, "vectors");
    }

    /** Ids of the nearest, by an exact scan. */
    List<String> exact(Share share, int query, int limit) throws SQLException {
        return sql(share, """
                set local enable_indexscan = off;
                select document_id from %s order by (embedding <=> '%s') + 0.0, document_id limit %d
                """.formatted(home(share), question(query), limit));
    }

    /** A query near a centre, and no row of the table, as text. */
    String question(int query) throws SQLException {
        return database.asApplication(null, "select v from public.test_queries where n = " + query)
                .getFirst();
    }

    /** A search of the vector leg alone. */
    SearchRequest nearest(int query, int limit, SearchRequest.Restriction restriction) throws SQLException {
        return new SearchRequest(
                null,
                Embedding.of("embedding", new PGvector(question(query)).toArray(), 384),
                limit,
                restriction,
                Set.of(Retriever.VECTOR),
                Fusion.SCORE,
                new SearchRequest.Expansion(0, new EdgeFilter(Direction.BOTH, List.of(), 0), 0),
                SearchRequest.Reranking.NONE,
                SearchRequest.Grouping.NONE,
                null,
                new SearchRequest.Output(false, false),
                SearchRequest.Tenants.OWN);
    }

    /** Ids of the hits. */
    List<String> hits(Share share, SearchRequest request) {
        return events(share, request).stream()
                .filter(SearchEvents.Hit.class::isInstance)
                .map(hit -> ((SearchEvents.Hit) hit).id())
                .toList();
    }

    /** How the vector leg went. */
    SearchEvents.Leg vectorLeg(Share share, SearchRequest request) {
        SearchEvents.Done done = (SearchEvents.Done) events(share, request).getLast();
        return Objects.requireNonNull(done.legs().get("vector"));
    }

    private List<SearchEvents.Event> events(Share share, SearchRequest request) {
        return Objects.requireNonNull(service.bean(HybridSearch.class)
                .search(request)
                .flatMapIterable(stage -> stage)
                .map(result -> SearchEvents.of(result, false))
                .collectList()
                .contextWrite(TenantContext.of(new TenantId(share.tenant())))
                .block(LIMIT));
    }
}
