package dev.rhizome.bulk;

import java.util.Set;

/** Something that can be written in bulk. */
public interface BulkItem {

    /** Its id as an answer line names it; equal for two items that may not be in one batch. */
    String key();

    /** All that no other item of its batch may have: the key, and other values that are unique among what is stored. */
    default Set<String> uniqueValues() {
        return Set.of(key());
    }
}
