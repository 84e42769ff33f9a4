package dev.rhizome.bench.wordnet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.bench.wordnet.WordNet.SynsetEntity;
import dev.rhizome.bench.wordnet.WordNet.SynsetRelationship;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WordNetTest {

    private static final int DEMO = 5_000;
    private static final WordNet WHOLE = WordNet.mostCommon(Integer.MAX_VALUE);
    private static final Map<String, SynsetEntity> ALL = byId(WHOLE);
    private static final WordNet COMMON = WordNet.mostCommon(DEMO);
    private static final Map<String, SynsetEntity> SELECTED = byId(COMMON);
    private static final List<SynsetRelationship> RELATIONSHIPS = COMMON.relationships();

    @Test
    void wholeDictionaryIsRead() {
        Map<String, Integer> types = new HashMap<>();

        ALL.values().forEach(synset -> types.merge(synset.type(), 1, Integer::sum));

        assertThat(WHOLE.size()).isEqualTo(117_791);
        assertThat(types).isEqualTo(Map.of("NOUN", 82_192, "VERB", 13_789, "ADJECTIVE", 18_185, "ADVERB", 3_625));
    }

    @Test
    void idsAreUniqueAndFit() {
        assertThat(ALL).hasSize(WHOLE.size());
        assertThat(ALL.keySet()).allMatch(id -> id.matches("wn:[!-~]{1,180}\\.[nvar]\\.\\d{2,}"));
    }

    @Test
    void namesAndGlossesFit() {
        assertThat(ALL.values())
                .allMatch(synset -> !synset.name().isBlank() && synset.name().length() <= 500)
                .allMatch(synset -> !synset.text().isBlank() && synset.text().length() < 10_000)
                .allMatch(synset -> !synset.metadata().lexicographerFile().isBlank());
    }

    @Test
    void limitIsKept() {
        assertThat(COMMON.size()).isEqualTo(DEMO);
        assertThat(SELECTED).hasSize(DEMO);
        assertThat(WordNet.mostCommon(1).size()).isEqualTo(1);
    }

    @Test
    void moreIsLessAndMore() {
        assertThat(SELECTED.keySet()).containsAll(byId(WordNet.mostCommon(500)).keySet());
    }

    @Test
    void clocksAreCommon() {
        assertThat(SELECTED).containsKeys("wn:clock.n.01", "wn:watch.n.01", "wn:timepiece.n.01", "wn:dog.n.01");
    }

    @Test
    void clockIsWhatTheDictionarySays() {
        SynsetEntity clock = SELECTED.get("wn:clock.n.01");

        assertThat(clock)
                .isEqualTo(new SynsetEntity(
                        "wn:clock.n.01",
                        "NOUN",
                        "clock",
                        "a timepiece that shows the time of day",
                        1,
                        new WordNet.SynsetMetadata("n", "noun.artifact", List.of("clock"), 15)));
    }

    @Test
    void satellitesAreAdjectives() {
        assertThat(ALL.values())
                .filteredOn(synset -> synset.metadata().pos().equals("s"))
                .isNotEmpty()
                .allMatch(synset ->
                        synset.type().equals("ADJECTIVE") && synset.id().contains(".a."));
    }

    @Test
    void clockAndWatchAreTimepieces() {
        assertThat(RELATIONSHIPS)
                .contains(
                        new SynsetRelationship("wn:clock.n.01", "wn:timepiece.n.01", "HYPERNYM", true, 1, 0.9),
                        new SynsetRelationship("wn:watch.n.01", "wn:timepiece.n.01", "HYPERNYM", true, 1, 0.9));
    }

    @Test
    void relationshipsJoinSelectedSynsetsAndNoneToItself() {
        assertThat(RELATIONSHIPS)
                .allMatch(edge -> SELECTED.containsKey(edge.source()) && SELECTED.containsKey(edge.target()))
                .noneMatch(edge -> edge.source().equals(edge.target()));
    }

    @Test
    void eachRelationshipComesOnce() {
        Set<List<String>> keys = new HashSet<>();

        for (SynsetRelationship edge : WHOLE.relationships()) {
            boolean swap = !edge.directed() && edge.source().compareTo(edge.target()) > 0;
            assertThat(swap).as("ends in order: %s", edge).isFalse();
            assertThat(keys.add(List.of(edge.type(), edge.source(), edge.target())))
                    .isTrue();
        }

        assertThat(keys).hasSize(187_881);
    }

    @Test
    void everyNounReachesTheRoot() {
        Set<String> below = new HashSet<>();
        RELATIONSHIPS.stream()
                .filter(edge -> edge.type().endsWith("HYPERNYM"))
                .forEach(edge -> below.add(edge.source()));

        assertThat(SELECTED.values())
                .filteredOn(synset -> synset.type().equals("NOUN") && !below.contains(synset.id()))
                .extracting(SynsetEntity::id)
                .containsExactly("wn:entity.n.01");
    }

    private static Map<String, SynsetEntity> byId(WordNet wordNet) {
        Map<String, SynsetEntity> entities = new LinkedHashMap<>();
        wordNet.entities().forEachRemaining(synset -> entities.put(synset.id(), synset));
        return entities;
    }
}
