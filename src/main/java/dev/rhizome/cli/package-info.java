/**
 * The command line.
 *
 * <p>Start at {@link dev.rhizome.cli.RhizomeCommand}. Nothing depends on it.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.cli;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
