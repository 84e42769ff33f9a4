package dev.rhizome.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What is remembered of queries, and for whom. */
class QueryEmbeddingsTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final UUID ACME = new UUID(1, 1);
    private static final UUID OTHER = new UUID(2, 2);

    private final List<String> asked = new ArrayList<>();
    private final QueryEmbeddings embeddings =
            new QueryEmbeddings(new EmbeddingModels(List.of(model("one"), model("two"))), 10);

    @Test
    void aTenantThatAsksAgainIsAnsweredFromMemory() {
        ask(ACME, "one", "what is a rhizome");
        ask(ACME, "one", "what is a rhizome");

        assertThat(asked).containsExactly("one: what is a rhizome");
    }

    @Test
    void whatOneTenantAskedIsNewFromAnother() {
        ask(ACME, "one", "what is a rhizome");
        ask(OTHER, "one", "what is a rhizome");

        assertThat(asked).hasSize(2);
    }

    @Test
    void eachModelHasVectorsOfItsOwn() {
        ask(ACME, "one", "what is a rhizome");
        ask(ACME, "two", "what is a rhizome");

        assertThat(asked).containsExactly("one: what is a rhizome", "two: what is a rhizome");
    }

    private void ask(UUID tenant, String model, String query) {
        assertThat(embeddings.of(tenant, model, query).block(LIMIT)).isNotNull();
    }

    private EmbeddingModel model(String id) {
        return new EmbeddingModel() {

            @Override
            public ModelName name() {
                return new ModelName(id, 2);
            }

            @Override
            public Mono<List<Embedding>> embed(List<String> texts) {
                return Mono.fromSupplier(() -> {
                    texts.forEach(text -> asked.add(id + ": " + text));
                    return texts.stream()
                            .map(text -> Embedding.of("embedding", new float[] {1, text.length()}, 2))
                            .toList();
                });
            }
        };
    }
}
