/** What tests share: a real PostgreSQL, and the running service. */
@NullMarked
package dev.rhizome.testing;

import org.jspecify.annotations.NullMarked;
