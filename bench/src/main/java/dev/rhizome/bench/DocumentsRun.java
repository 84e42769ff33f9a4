package dev.rhizome.bench;

import dev.rhizome.bench.service.Blocking;
import dev.rhizome.bench.service.BulkLoad;
import dev.rhizome.client.ProblemException;
import dev.rhizome.client.Request;
import dev.rhizome.client.RhizomeClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.GZIPInputStream;
import me.tongfei.progressbar.ProgressBar;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends files, and searches for a sentence of each that was taken. */
final class DocumentsRun {

    private static final int AMONG = 3;
    private static final int SHORTEST = 8;
    private static final int LONGEST = 40;
    private static final Map<String, List<String>> LEGS = legs();
    private static final Map<String, String> TYPES = Map.of(
            ".html", "text/html",
            ".htm", "text/html",
            ".md", "text/markdown",
            ".txt", "text/plain",
            ".pdf", "application/pdf",
            ".pdf.gz", "application/pdf");

    private final Session session;
    private final Path directory;
    private final int atOnce;
    private final RhizomeClient client;

    DocumentsRun(Session session, Path directory, int atOnce) {
        this.session = session;
        this.directory = directory;
        this.atOnce = atOnce;
        this.client = session.newTenant("documents").client();
    }

    /**
     * What was seen.
     *
     * @param refused how many files, by why
     * @param found share of the sentences that found their document among the first three, by legs
     */
    record Figures(
            int files,
            int stored,
            Map<String, Integer> refused,
            long bytes,
            long chunks,
            double seconds,
            int sentences,
            Map<String, Double> found) {}

    private record Sent(Path file, String id, long bytes, int chunks, String refused) {}

    private record Sentence(String id, String text) {}

    private static Map<String, List<String>> legs() {
        Map<String, List<String>> legs = new LinkedHashMap<>();
        legs.put("all", List.of("vector", "text", "graph"));
        legs.put("vector", List.of("vector"));
        legs.put("text", List.of("text"));
        return legs;
    }

    /** The media type of a file by its name; empty where it is none that is taken. */
    static String mediaType(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return TYPES.entrySet().stream()
                .filter(type -> name.endsWith(type.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    Figures measure(List<Path> files) {
        long began = System.nanoTime();
        List<Sent> sent = sent(files);
        double seconds = (System.nanoTime() - began) / 1e9;
        List<Sent> stored = sent.stream().filter(one -> one.refused().isEmpty()).toList();
        Map<String, Integer> refused = new TreeMap<>();
        sent.stream()
                .filter(one -> !one.refused().isEmpty())
                .forEach(one -> refused.merge(one.refused(), 1, Integer::sum));
        List<Sentence> sentences = sentences(stored);
        Map<String, Double> found = new LinkedHashMap<>();
        LEGS.forEach((name, legs) -> found.put(name, found(sentences, legs)));
        Figures figures = new Figures(
                files.size(),
                stored.size(),
                refused,
                stored.stream().mapToLong(Sent::bytes).sum(),
                stored.stream().mapToLong(Sent::chunks).sum(),
                seconds,
                sentences.size(),
                found);
        print(figures);
        return figures;
    }

    private List<Sent> sent(List<Path> files) {
        try (ProgressBar bar = BulkLoad.progress("files", files.size())) {
            return Blocking.get(Flux.fromIterable(files)
                    .flatMapSequential(file -> send(file).doOnNext(sent -> bar.step()), atOnce, 1)
                    .collectList());
        }
    }

    private Mono<Sent> send(Path file) {
        String id = directory.relativize(file).toString().replaceAll("[^A-Za-z0-9._-]", "_");
        String cut = id.substring(Math.max(0, id.length() - 180));
        return Mono.fromCallable(() -> bytes(file))
                .flatMap(bytes -> client.send(Request.file("/v1/documents?id=" + cut, mediaType(file), bytes))
                        .map(answer -> new Sent(
                                file,
                                cut,
                                bytes.length,
                                JsonMapper.shared()
                                        .readTree(answer)
                                        .path("chunks")
                                        .asInt(),
                                ""))
                        .onErrorResume(
                                ProblemException.class,
                                problem -> Mono.just(new Sent(file, cut, bytes.length, 0, reason(problem)))));
    }

    private static byte[] bytes(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (!file.toString().endsWith(".gz")) {
            return bytes;
        }
        try (GZIPInputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return unpacked.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("broken: " + file, e);
        }
    }

    private static String reason(ProblemException problem) {
        String detail = String.valueOf(problem.problem().detail());
        return problem.problem().status() + " " + (detail.length() > 60 ? detail.substring(0, 60) + "…" : detail);
    }

    private List<Sentence> sentences(List<Sent> stored) {
        Random random = new Random(session.seed());
        List<Sentence> drawn = new ArrayList<>();
        try (ProgressBar bar = BulkLoad.progress("texts", stored.size())) {
            for (Sent one : stored) {
                String text = Blocking.get(client.get("/v1/documents/" + one.id()))
                        .path("text")
                        .asString();
                List<String> all = sentences(text);
                if (!all.isEmpty()) {
                    drawn.add(new Sentence(one.id(), all.get(random.nextInt(all.size()))));
                }
                bar.step();
            }
        }
        return drawn;
    }

    private static List<String> sentences(String text) {
        BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.ROOT);
        breaks.setText(text);
        List<String> sentences = new ArrayList<>();
        int from = 0;
        for (int next = breaks.next(); next != BreakIterator.DONE; next = breaks.next()) {
            String sentence = text.substring(from, next).strip();
            int words = sentence.split("\\s+", -1).length;
            if (words >= SHORTEST && words <= LONGEST) {
                sentences.add(sentence);
            }
            from = next;
        }
        return sentences;
    }

    private double found(List<Sentence> sentences, List<String> legs) {
        ConcurrentLinkedQueue<Sentence> found = new ConcurrentLinkedQueue<>();
        Blocking.await(Flux.fromIterable(sentences)
                .flatMap(
                        sentence -> client.post("/v1/search", search(sentence, legs))
                                .doOnNext(answer -> {
                                    if (has(answer, sentence.id())) {
                                        found.add(sentence);
                                    }
                                }),
                        2)
                .then());
        return sentences.isEmpty() ? 0 : (double) found.size() / sentences.size();
    }

    private static Map<String, Object> search(Sentence sentence, List<String> legs) {
        return Map.of("query", sentence.text(), "legs", legs, "groupBy", "document", "limit", AMONG);
    }

    private static boolean has(JsonNode answer, String id) {
        return answer.path("hits")
                .valueStream()
                .anyMatch(
                        hit -> hit.path("metadata").path("document").asString().equals(id));
    }

    private void print(Figures figures) {
        Table table = new Table("files", "stored", "MB", "chunks", "seconds", "files/s", "chunks/s");
        table.row(
                String.valueOf(figures.files()),
                String.valueOf(figures.stored()),
                Table.decimals(1, figures.bytes() / 1e6),
                String.valueOf(figures.chunks()),
                Table.decimals(1, figures.seconds()),
                Table.decimals(1, figures.stored() / figures.seconds()),
                Table.decimals(0, figures.chunks() / figures.seconds()));
        table.print(session.out());
        figures.refused().forEach((why, many) -> session.say(many + " refused: " + why));
        Table shares = new Table("among the first " + AMONG, "sentences", "share");
        figures.found()
                .forEach((legs, share) ->
                        shares.row(legs, String.valueOf(figures.sentences()), Table.decimals(3, share)));
        shares.print(session.out());
    }
}
