package dev.rhizome.bench.relevance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rhizome.bench.relevance.JudgedCollection.Link;
import dev.rhizome.bench.relevance.UselessEdges.Kind;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UselessEdgesTest {

    private static final List<String> DOCUMENTS =
            IntStream.range(0, 60).mapToObj(i -> "d" + i).toList();
    private static final Set<Link> REAL = ring();

    private static Set<Link> ring() {
        Set<Link> links = new LinkedHashSet<>();
        for (int i = 0; i < DOCUMENTS.size(); i++) {
            links.add(Link.of(DOCUMENTS.get(i), DOCUMENTS.get((i + 1) % DOCUMENTS.size())));
        }
        return links;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void asManyAsAskedForAndTheSameForTheSameSeed(Kind kind) {
        Set<Link> edges = made(kind, 50);

        assertThat(edges).hasSize(50).noneMatch(Link::isLoop).isEqualTo(made(kind, 50));
    }

    @Test
    void hubsAreFive() {
        Map<String, Integer> degrees = degrees(made(Kind.HUBS, 100));

        assertThat(degrees.values().stream().filter(degree -> degree > 10)).hasSizeLessThanOrEqualTo(5);
        assertThat(degrees.values().stream()
                        .sorted((a, b) -> b - a)
                        .limit(5)
                        .mapToInt(i -> i)
                        .sum())
                .isGreaterThanOrEqualTo(100);
    }

    @Test
    void shufflingKeepsHowManyEachDocumentHasAndLittleElse() {
        Set<Link> shuffled = made(Kind.SHUFFLED, REAL.size());

        assertThat(degrees(shuffled)).isEqualTo(degrees(REAL));
        assertThat(shuffled).filteredOn(REAL::contains).hasSizeLessThan(REAL.size() / 4);
    }

    @Test
    void moreThanPossibleIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> made(Kind.SHUFFLED, REAL.size() + 1))
                .withMessage("--noise-edges: 61 (expected: at most 60 of this kind among 60 documents)");
        assertThatIllegalArgumentException().isThrownBy(() -> made(Kind.HUBS, 1_000));
    }

    private static Set<Link> made(Kind kind, int count) {
        return new UselessEdges(DOCUMENTS, 7).make(kind, REAL, count);
    }

    private static Map<String, Integer> degrees(Set<Link> links) {
        Map<String, Integer> degrees = new HashMap<>();
        for (Link link : links) {
            degrees.merge(link.a(), 1, Integer::sum);
            degrees.merge(link.b(), 1, Integer::sum);
        }
        return degrees;
    }
}
