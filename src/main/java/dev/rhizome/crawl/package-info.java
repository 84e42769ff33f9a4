/**
 * Pages of the web that agents have read, found by their chunks, and how often a site may be asked.
 *
 * <p>Start at {@link dev.rhizome.crawl.WebRoutes}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.crawl;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
