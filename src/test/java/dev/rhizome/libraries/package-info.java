/**
 * What the program is made of besides itself: which libraries, under which licences, with which known holes.
 *
 * <p>Start at {@link dev.rhizome.libraries.BillOfMaterials}.
 */
@NullMarked
package dev.rhizome.libraries;

import org.jspecify.annotations.NullMarked;
