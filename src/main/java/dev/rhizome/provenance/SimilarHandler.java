package dev.rhizome.provenance;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.problem.Conflict;
import dev.rhizome.search.HybridSearch;
import dev.rhizome.search.Match;
import dev.rhizome.validation.Characters;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.OneOf;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.WholeNumber;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

    private static final int LONGEST = 10_000;

    private record WordsParameters(
            @Text(max = LONGEST) String q,

            @Default("verdict") @OneOf({"verdict", "waiver", "gate", "spec", "budget", "policy"})
            String type,

            @Default("10") @WholeNumber(min = 1, max = 200) int limit) {}

    private record EntryParameters(
            @Identifier String type,
            @Identifier String id,
            @Default("10") @WholeNumber(min = 1, max = 200) int limit) {}

    private final ProvenanceRepository entries;
    private final HybridSearch search;
    private final RequestReader reader;
    private final Streams streams;

    SimilarHandler(ProvenanceRepository entries, HybridSearch search, RequestReader reader, Streams streams) {
        this.entries = entries;
        this.search = search;
        this.reader = reader;
        this.streams = streams;
    }

    Mono<ServerResponse> toWords(ServerRequest request) {
        WordsParameters wanted = reader.parameters(request, WordsParameters.class);
        return answer(wanted.q(), wanted.type(), wanted.limit(), "");
    }

    Mono<ServerResponse> toEntry(ServerRequest request) {
        EntryParameters wanted = reader.parameters(request, EntryParameters.class);
        EntryKey key = new EntryPath(wanted.type(), wanted.id()).key();
        return entries.get(key)
                .map(SimilarHandler::words)
                .flatMap(words -> answer(words, key.type(), wanted.limit(), key.nodeId()));
    }

    private static String words(StoredEntry stored) {
        Payload payload = stored.payload();
        String description = payload == null ? null : payload.description();
        if (description == null || !Characters.areVisible(description)) {
            throw new Conflict(stored.entry().key().nodeId() + " has no description to compare with");
        }
        return Characters.first(LONGEST, description);
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
