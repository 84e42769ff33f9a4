package dev.rhizome.bench;

import dev.rhizome.bench.relevance.JudgedCollection;
import dev.rhizome.bench.relevance.JudgedCollection.Document;
import dev.rhizome.bench.relevance.JudgedCollection.Link;
import dev.rhizome.bench.relevance.JudgedCollection.Query;
import dev.rhizome.bench.service.Blocking;
import dev.rhizome.bench.service.BulkLoad;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import me.tongfei.progressbar.ProgressBar;
import tools.jackson.databind.JsonNode;

/** A judged collection in a tenant of its own, and the answers that its queries get there. */
final class RelevanceRun {

    private static final int HITS = 200;
    private static final int LONGEST_NAME = 500;

    private final Session session;
    private final JudgedCollection collection;
    private final Map<String, Object> parameters;
    private final Session.Scratch tenant;

    /** Asks with {@code parameters} beside the query, the legs and the limit. */
    RelevanceRun(Session session, JudgedCollection collection, Map<String, Object> parameters) {
        this.session = session;
        this.collection = collection;
        this.parameters = parameters;
        this.tenant = session.newTenant("relevance");
    }

    /** Loads the documents as entities, and {@code links} as undirected relationships. */
    void load(Set<Link> links) {
        BulkLoad load = new BulkLoad(tenant.client(), session.out());
        load.load(
                        "documents",
                        "/v1/entities",
                        collection.documents().stream()
                                .map(RelevanceRun::entity)
                                .toList(),
                        collection.documents().size())
                .complete();
        if (!links.isEmpty()) {
            load.load(
                            "edges",
                            "/v1/relationships",
                            links.stream().map(RelevanceRun::relationship).toList(),
                            links.size())
                    .complete();
        }
    }

    /** Title and text, nothing lost and nothing twice: what is too long for a name goes on in the text. */
    private static Map<String, Object> entity(Document document) {
        String title = document.title().isEmpty() ? document.text() : document.title();
        int length = Math.min(LONGEST_NAME, title.codePointCount(0, title.length()));
        int end = title.offsetByCodePoints(0, length);
        String text = title.substring(end) + (document.title().isEmpty() ? "" : " " + document.text());
        return Map.of("id", document.id(), "type", "DOCUMENT", "name", title.substring(0, end), "text", text.strip());
    }

    private static Map<String, Object> relationship(Link link) {
        return Map.of("source", link.a(), "target", link.b(), "type", "CITES", "directed", false);
    }

    /** The scores of each query, in the order of the collection's queries, asked in each way. */
    Map<SearchKind, List<Map<Metric, Double>>> scores() {
        Map<SearchKind, List<Map<Metric, Double>>> scores = new EnumMap<>(SearchKind.class);
        Set<String> plans = new TreeSet<>();
        int searches = collection.queries().size() * SearchKind.values().length;
        try (ProgressBar bar = BulkLoad.progress("queries", searches)) {
            for (SearchKind kind : SearchKind.values()) {
                List<Map<Metric, Double>> each = new ArrayList<>();
                for (Query query : collection.queries()) {
                    JsonNode answer = Blocking.get(tenant.client().post("/v1/search", search(kind, query)));
                    plans.add(answer.at("/done/legs/vector/plan").asString("none"));
                    each.add(Metric.scores(ranking(answer), collection.gradesOf(query)));
                    bar.step();
                }
                scores.put(kind, each);
            }
        }
        plans.remove("none");
        session.say("plans of the vector leg: " + String.join(", ", plans));
        return scores;
    }

    private Map<String, Object> search(SearchKind kind, Query query) {
        Map<String, Object> search = kind.search(query.text(), parameters);
        search.put("limit", HITS);
        return search;
    }

    private static Metric.Answer ranking(JsonNode answer) {
        return Metric.Answer.of(ids(answer.path("hits")), ids(answer.path("related")));
    }

    private static List<String> ids(JsonNode documents) {
        return documents
                .valueStream()
                .map(document -> document.path("id").asString())
                .toList();
    }
}
