/**
 * Long texts, cut into chunks that search finds: each is a node of the graph behind that of its owner, a document or whatever else has
 * a long text.
 *
 * <p>Start at {@link dev.rhizome.chunking.ChunkedTexts}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.chunking;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
