/**
 * The pool, the one door to it, migrations, which server is the primary, and standbys to read from.
 *
 * <p>Start at {@link dev.rhizome.database.TenantTransactions}. Depends on {@code tenant}, {@code fairness}, {@code problem} and the value of
 * {@code embedding}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.database;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
