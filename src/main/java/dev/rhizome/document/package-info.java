/**
 * Documents of the tenant: text, Markdown, HTML and PDF, kept whole and found by their chunks.
 *
 * <p>Start at {@link dev.rhizome.document.DocumentRoutes}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.document;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
