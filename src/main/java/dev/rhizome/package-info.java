/** The program's entry, and nothing else. */
@NullMarked
package dev.rhizome;

import org.jspecify.annotations.NullMarked;
