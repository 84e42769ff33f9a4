package dev.rhizome.provenance;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.Streams;
import dev.rhizome.problem.Conflict;
import dev.rhizome.search.HybridSearch;
import dev.rhizome.search.Match;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests for entries that are like others, or like some words, by meaning and by words. */
final class SimilarHandler {

    /**
     * An entry that was found.
     *
     * @param score greatest first, comparable within one answer
     * @param entry with its scores and its place in the chain
     */
    record Similar(double score, @JsonUnwrapped EntryView entry) {}

    /** The answer, most similar first. */
    record Answer(List<Similar> items) {}

    private static final int USUAL = 10;
    private static final int MOST = 200;
    private static final int LONGEST = 10_000;

    private final ProvenanceRepository entries;
    private final HybridSearch search;
    private final Streams streams;

    SimilarHandler(ProvenanceRepository entries, HybridSearch search, Streams streams) {
        this.entries = entries;
        this.search = search;
        this.streams = streams;
    }

    Mono<ServerResponse> toWords(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("q", "type", "limit"));
        String words = query.text("q");
        EntryType type = query.word("type", EntryType.VERDICT, EntryType.WRITABLE);
        int limit = query.integer("limit", USUAL, 1, MOST);
        if (words == null || words.isBlank()) {
            query.fields().reject("q", words == null ? "missing" : "blank", "words to compare with");
        } else {
            words = query.fields().text("q", words, 1, LONGEST);
        }
        query.finish();
        return answer(String.valueOf(words), type.label(), limit, "");
    }

    Mono<ServerResponse> toEntry(ServerRequest request) {
        EntryKey key = ProvenanceHandler.key(request);
        QueryParameters query = new QueryParameters(request, Set.of("limit"));
        int limit = query.integer("limit", USUAL, 1, MOST);
        query.finish();
        return entries.get(key)
                .map(SimilarHandler::words)
                .flatMap(words -> answer(words, key.type(), limit, key.nodeId()));
    }

    private static String words(StoredEntry stored) {
        Payload payload = stored.payload();
        String description = payload == null ? null : payload.description();
        if (description == null || description.isBlank()) {
            throw new Conflict(stored.entry().key().nodeId() + " has no description to compare with");
        }
        int end = description.offsetByCodePoints(
                0, Math.min(LONGEST, description.codePointCount(0, description.length())));
        return description.substring(0, end);
    }

    private Mono<ServerResponse> answer(String words, String type, int limit, String without) {
        return search.matches(words, List.of(type.toUpperCase(Locale.ROOT)), limit + 1)
                .flatMapIterable(matches -> matches)
                .filter(match -> !match.id().equals(without))
                .take(limit)
                .collectList()
                .flatMap(matches -> answer(matches, type))
                .flatMap(streams::json);
    }

    private Mono<Answer> answer(List<Match> matches, String type) {
        List<EntryKey> keys = matches.stream().map(match -> key(match, type)).toList();
        return entries.find(keys).map(found -> answer(matches, type, found));
    }

    private static EntryKey key(Match match, String type) {
        return new EntryKey(type, match.id().substring(Math.min(match.id().length(), type.length() + 1)));
    }

    /** Entities of the same type that were written to the graph directly are not entries, and are left out. */
    private static Answer answer(List<Match> matches, String type, Map<EntryKey, StoredEntry> found) {
        List<Similar> items = new ArrayList<>();
        for (Match match : matches) {
            StoredEntry stored = found.get(key(match, type));
            if (stored != null && stored.entry().key().nodeId().equals(match.id())) {
                items.add(new Similar(match.score(), EntryView.of(stored)));
            }
        }
        return new Answer(items);
    }
}
