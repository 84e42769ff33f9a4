package dev.rhizome.bulk;

/** Something that can be written in bulk. */
public interface BulkItem {

    /** Its id as an answer line names it; equal for two items that may not be in one batch. */
    String key();
}
