/**
 * Reads text, Markdown, HTML and PDF. Markup and PDF are read in a process of its own, which has little memory and little time, so
 * that a hostile file costs nobody but its sender.
 *
 * <p>Start at {@link dev.rhizome.extraction.Extractor}. {@link dev.rhizome.extraction.ExtractionWorker} is that process's program.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.extraction;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
