package dev.rhizome.provenance;

import dev.rhizome.problem.NotFound;
import dev.rhizome.validation.Identifier;

/**
 * The entry that a path names.
 *
 * @param type of the entry
 * @param id of the entry
 */
record EntryPath(@Identifier String type, @Identifier String id) {

    /**
     * The entry's key.
     *
     * @throws NotFound where there is no such type
     */
    EntryKey key() {
        EntryKey key = new EntryKey(type, id);
        if (!EntryType.NAMES.containsKey(type)) {
            throw new NotFound("provenance entry", key.nodeId());
        }
        return key;
    }
}
