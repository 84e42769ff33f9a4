/**
 * Background work, tenant by tenant.
 *
 * <p>Start at {@link dev.rhizome.job.TenantJob}: a new job is one class that implements it and one bean.
 * {@link dev.rhizome.job.JobRunner} runs all of them. Depends on {@code database}, {@code tenant} and {@code problem}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.job;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
