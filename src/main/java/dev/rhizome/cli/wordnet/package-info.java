/**
 * WordNet 3.1 as entities and relationships.
 *
 * <p>Start at {@link dev.rhizome.cli.wordnet.WordNet}. Depends on {@code cli.service} for the import.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.cli.wordnet;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
