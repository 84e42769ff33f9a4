/** Parsers of what clients send, fed with what no client should send. */
@NullMarked
package dev.rhizome.fuzz;

import org.jspecify.annotations.NullMarked;
