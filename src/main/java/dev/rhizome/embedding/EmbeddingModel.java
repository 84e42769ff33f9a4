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
     * @return the vectors; an error of {@code Overloaded} when the model cannot take more or gives none, of
     *     {@code TimedOut} when it takes too long
     */
    Mono<List<Embedding>> embed(List<String> texts);
}
