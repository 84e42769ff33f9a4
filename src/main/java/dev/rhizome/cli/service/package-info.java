/**
 * A running service, as the command line reaches it.
 *
 * <p>Start at {@link dev.rhizome.cli.service.ApiClient}. Of ours, depends on how the operator's key is found.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.cli.service;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
