/** Tests. */
@NullMarked
package dev.rhizome.client;

import org.jspecify.annotations.NullMarked;
