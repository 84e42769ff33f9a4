/**
 * What is computed from events: hourly roll-ups, anomalies in them, and profiles of what is expected of agents.
 *
 * <p>Start at {@link dev.rhizome.rollup.RollupRepository}. May use {@code event}, {@code audit}, {@code http}, {@code database},
 * {@code paging}, {@code bulk}, {@code tenant} and {@code problem}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.rollup;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
