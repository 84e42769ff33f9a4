package dev.rhizome.extraction;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** Reads text whose paragraphs are separated by empty lines. */
final class PlainReader {

    private static final Pattern EMPTY_LINES = Pattern.compile("\\R\\h*\\R\\s*");
    private static final int LONGEST_FIRST_LINE = 200;

    private PlainReader() {}

    static ExtractedText read(Source source, int mostCharacters) throws Unreadable {
        Blocks blocks = new Blocks(mostCharacters);
        for (String paragraph : EMPTY_LINES.split(decoded(source), -1)) {
            blocks.add(paragraph, 0, 0);
        }
        return new ExtractedText(firstLine(blocks.list()), blocks.list(), List.of(), 0);
    }

    /** The first line, where it is short enough to be a title; else none. */
    static String firstLine(List<Block> blocks) {
        String line = blocks.isEmpty()
                ? ""
                : blocks.getFirst().text().lines().findFirst().orElse("");
        return line.length() <= LONGEST_FIRST_LINE ? Blocks.title(line) : "";
    }

    /** The text of a file, which must be in its charset. */
    static String decoded(Source source) throws Unreadable {
        String name = source.charset();
        Charset charset = name == null ? StandardCharsets.UTF_8 : Charset.forName(name);
        try {
            return charset.newDecoder().decode(ByteBuffer.wrap(source.bytes())).toString();
        } catch (CharacterCodingException notInIt) {
            throw new Unreadable("not in " + charset, "text in the charset that its Content-Type names, or in UTF-8");
        }
    }
}
