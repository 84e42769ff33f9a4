package dev.rhizome.extraction;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What a document may be written in. */
public enum Format {
    /** Paragraphs between empty lines. */
    TEXT("text/plain"),
    /** CommonMark with the tables of GitHub. */
    MARKDOWN("text/markdown"),
    /** HTML, as browsers take it. */
    HTML("text/html"),
    /** PDF; only text that it holds as text. */
    PDF("application/pdf");

    private final String mediaType;

    Format(String mediaType) {
        this.mediaType = mediaType;
    }

    /** Its media type, without parameters. */
    public String mediaType() {
        return mediaType;
    }

    /** The format of a media type without parameters. */
    public static Optional<Format> of(String mediaType) {
        return Arrays.stream(values())
                .filter(format -> format.mediaType.equalsIgnoreCase(mediaType))
                .findFirst();
    }

    /** The media types of all. */
    public static List<String> mediaTypes() {
        return Arrays.stream(values()).map(Format::mediaType).toList();
    }
}
