package dev.rhizome.extraction;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** How a file goes to the process that reads it, and what it says comes back. Both sides are of the same build. */
final class Wire {

    private static final byte TEXT = 0;
    private static final byte UNREADABLE = 1;

    private Wire() {}

    static void write(Source source, DataOutputStream out) throws IOException {
        String charset = source.charset();
        write(source.format().name(), out);
        write(charset == null ? "" : charset, out);
        write(source.url(), out);
        out.writeInt(source.bytes().length);
        out.write(source.bytes());
    }

    /**
     * The next file.
     *
     * @throws EOFException where there is none
     */
    static Source readSource(DataInputStream in) throws IOException {
        Format format = Format.valueOf(readText(in));
        String charset = readText(in);
        String url = readText(in);
        return new Source(format, readBytes(in), charset.isEmpty() ? null : charset, url);
    }

    static void write(ExtractedText text, DataOutputStream out) throws IOException {
        out.writeByte(TEXT);
        write(text.title(), out);
        out.writeInt(text.pages());
        out.writeInt(text.blocks().size());
        for (Block block : text.blocks()) {
            out.writeInt(block.level());
            out.writeInt(block.page());
            write(block.text(), out);
        }
        out.writeInt(text.links().size());
        for (String link : text.links()) {
            write(link, out);
        }
    }

    static void write(Unreadable refused, DataOutputStream out) throws IOException {
        out.writeByte(UNREADABLE);
        write(refused.found(), out);
        write(refused.expected(), out);
    }

    /**
     * The answer to one file.
     *
     * @throws Unreadable where that is the answer
     * @throws IOException where the other side ended before it had answered
     */
    static ExtractedText readAnswer(DataInputStream in) throws IOException, Unreadable {
        if (in.readByte() == UNREADABLE) {
            throw new Unreadable(readText(in), readText(in));
        }
        String title = readText(in);
        int pages = in.readInt();
        List<Block> blocks = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            int level = in.readInt();
            int page = in.readInt();
            blocks.add(new Block(readText(in), level, page));
        }
        List<String> links = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            links.add(readText(in));
        }
        return new ExtractedText(title, blocks, links, pages);
    }

    /** Not by {@code writeUTF}, which takes no more than 64 KB. */
    private static void write(String text, DataOutputStream out) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String readText(DataInputStream in) throws IOException {
        return new String(readBytes(in), StandardCharsets.UTF_8);
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        return bytes;
    }
}
