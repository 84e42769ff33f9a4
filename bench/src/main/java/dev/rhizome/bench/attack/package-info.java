/**
 * Attacks on the isolation of tenants, drawn from a seed and the description of the API, and what must not be seen of them.
 *
 * <p>Start at {@link dev.rhizome.bench.attack.Duel}. Depends on no other package of ours.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.bench.attack;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
