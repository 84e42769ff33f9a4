/** Kinds of bad input, each tried on every route and every field that the document has. */
@NullMarked
package dev.rhizome.contract;

import org.jspecify.annotations.NullMarked;
