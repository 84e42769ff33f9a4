package dev.rhizome.embedding;

import java.util.List;
import reactor.core.publisher.Mono;

/** Makes vectors from text. Vectors of models with different names are never compared. */
public interface EmbeddingModel {

    /** What its vectors are known by. */
    ModelName name();

    /**
     * One vector a text, in order. Cancelling drops what has not begun.
     *
     * @param texts not blank; what is longer than the model's window is shortened or averaged by the model
     * @return the vectors; an error of {@code InvalidRequest}, of the field "text", when the model refuses one of the
     *     texts, of {@code Overloaded} when it cannot take more now, of {@code TimedOut} when it takes too long, of
     *     {@code UpstreamFailed} when it gives no vectors and will not by itself
     */
    Mono<List<Embedding>> embed(List<String> texts);

    /** The vector of a search query, for which somebody waits: before any text of {@link #embed} that has not begun. */
    default Mono<Embedding> embedQuery(String query) {
        return embed(List.of(query)).map(List::getFirst);
    }
}
