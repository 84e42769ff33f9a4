/**
 * WordNet 3.1 as entities and relationships.
 *
 * <p>Start at {@link dev.rhizome.bench.wordnet.WordNet}. Depends on {@code service} for the import.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.bench.wordnet;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
