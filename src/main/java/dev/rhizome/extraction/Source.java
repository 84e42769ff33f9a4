package dev.rhizome.extraction;

import org.jspecify.annotations.Nullable;

/**
 * A file whose text is wanted.
 *
 * @param format what it is written in
 * @param bytes the whole file
 * @param charset what its text is encoded in; null to look into the file, which says UTF-8 where it says nothing
 * @param url where it is from, against which its links are resolved; empty where it is not known
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record Source(Format format, byte[] bytes, @Nullable String charset, String url) {}
