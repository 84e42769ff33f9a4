package dev.rhizome.bench.relevance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Documents, queries, and which documents answer which query, as people judged it.
 *
 * @param documents in the order of their file
 * @param queries those that have a relevant document, in the order of their file
 * @param grades of each such query's relevant documents, above 0; documents that are not there are not relevant
 * @param links pairs of documents, each once
 */
public record JudgedCollection(
        List<Document> documents, List<Query> queries, Map<String, Map<String, Double>> grades, Set<Link> links) {

    /** A document; {@code text} may be empty. */
    public record Document(String id, String title, String text) {}

    /** A query in words. */
    public record Query(String id, String text) {}

    /** A pair of documents without direction: {@code a} sorts before {@code b}. */
    public record Link(String a, String b) {

        /** The pair of both, in whichever order they are given. */
        public static Link of(String one, String other) {
            return one.compareTo(other) <= 0 ? new Link(one, other) : new Link(other, one);
        }

        /** Whether both ends are one document. */
        public boolean isLoop() {
            return a.equals(b);
        }
    }

    /**
     * Reads {@code documents.tsv} (id, title, abstract or text), {@code queries.tsv} (id, query), {@code
     * judgements.tsv} (query, document, grade if there are several) and, where it exists, {@code citations.tsv} (a, b).
     *
     * @throws IllegalArgumentException naming the file and the line that is wrong, and what was expected there
     */
    public static JudgedCollection read(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException(directory + ": no directory (expected: one with documents.tsv, "
                    + "queries.tsv, judgements.tsv and perhaps citations.tsv)");
        }
        Map<String, Document> documents = documents(TsvFile.read(directory.resolve("documents.tsv")));
        Map<String, Query> queries = queries(TsvFile.read(directory.resolve("queries.tsv")));
        Map<String, Map<String, Double>> grades =
                grades(TsvFile.read(directory.resolve("judgements.tsv")), queries.keySet(), documents.keySet());
        Path citations = directory.resolve("citations.tsv");
        Set<Link> links =
                Files.exists(citations) ? links(TsvFile.read(citations), documents.keySet()) : new LinkedHashSet<>();
        List<Query> judged = queries.values().stream()
                .filter(query -> grades.containsKey(query.id()))
                .toList();
        if (judged.isEmpty()) {
            throw new IllegalArgumentException(
                    directory.resolve("judgements.tsv") + ": no relevant document (expected: some)");
        }
        return new JudgedCollection(List.copyOf(documents.values()), judged, grades, links);
    }

    /** How many pairs of a query and a document that is relevant to it. */
    public int relevant() {
        return grades.values().stream().mapToInt(Map::size).sum();
    }

    private static Map<String, Document> documents(TsvFile file) {
        String text = file.has("abstract") || !file.has("text") ? "abstract" : "text";
        Map<String, Document> documents = new LinkedHashMap<>();
        for (TsvFile.Row row : file.rows()) {
            Document document = new Document(row.required("id"), row.get("title"), row.get(text));
            if (document.title().isEmpty() && document.text().isEmpty()) {
                throw row.malformed("neither title nor " + text, "one of them");
            }
            if (documents.put(document.id(), document) != null) {
                throw row.malformed("id: " + document.id() + " again", "each document once");
            }
        }
        return documents;
    }

    private static Map<String, Query> queries(TsvFile file) {
        Map<String, Query> queries = new LinkedHashMap<>();
        for (TsvFile.Row row : file.rows()) {
            Query query = new Query(row.required("id"), row.required("query"));
            if (queries.put(query.id(), query) != null) {
                throw row.malformed("id: " + query.id() + " again", "each query once");
            }
        }
        return queries;
    }

    private static Map<String, Map<String, Double>> grades(TsvFile file, Set<String> queries, Set<String> documents) {
        Map<String, Map<String, Double>> grades = new HashMap<>();
        for (TsvFile.Row row : file.rows()) {
            String query = known(row, "query", queries, "an id of queries.tsv");
            String document = known(row, "document", documents, "an id of documents.tsv");
            double grade = file.has("grade") ? grade(row) : 1;
            if (grade > 0) {
                grades.computeIfAbsent(query, q -> new HashMap<>()).merge(document, grade, Math::max);
            }
        }
        return grades;
    }

    private static double grade(TsvFile.Row row) {
        String grade = row.required("grade");
        try {
            double number = Double.parseDouble(grade);
            if (Double.isFinite(number) && number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // the same answer as out of range
        }
        throw row.malformed("grade: " + grade, "a number, 0 for not relevant or more");
    }

    private static Set<Link> links(TsvFile file, Set<String> documents) {
        Set<Link> links = new LinkedHashSet<>();
        for (TsvFile.Row row : file.rows()) {
            String a = known(row, "a", documents, "an id of documents.tsv");
            Link link = Link.of(a, known(row, "b", documents, "an id of documents.tsv"));
            if (!link.isLoop()) {
                links.add(link);
            }
        }
        return links;
    }

    private static String known(TsvFile.Row row, String column, Set<String> ids, String expected) {
        String id = row.required(column);
        if (!ids.contains(id)) {
            throw row.malformed(column + ": " + id, expected);
        }
        return id;
    }

    /** The ids of all documents, in order. */
    public List<String> documentIds() {
        return documents.stream().map(Document::id).toList();
    }

    /** The ids of the documents that are relevant to a query. */
    public Set<String> relevantTo(Query query) {
        return gradesOf(query).keySet();
    }

    /** The grades of the documents that are relevant to a query. */
    public Map<String, Double> gradesOf(Query query) {
        return grades.getOrDefault(query.id(), Map.of());
    }
}
