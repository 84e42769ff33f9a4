package dev.rhizome.extraction;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;

/**
 * The program that reads files one after another from its standard input and writes what they say to its standard output. It ends
 * with its input. Whoever starts it bounds its memory, and ends it where it takes too long.
 */
public final class ExtractionWorker {

    private final int mostCharacters;
    private final int mostPages;

    private ExtractionWorker(int mostCharacters, int mostPages) {
        this.mostCharacters = mostCharacters;
        this.mostPages = mostPages;
    }

    /** Takes most characters of text and most pages of a file as its arguments. */
    public static void main(String[] arguments) throws IOException {
        ExtractionWorker worker = new ExtractionWorker(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
        System.setOut(System.err); // what a library prints is no answer
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(new FileInputStream(FileDescriptor.in)));
                DataOutputStream out =
                        new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)))) {
            while (true) {
                worker.answer(Wire.readSource(in), out);
                out.flush();
            }
        } catch (EOFException end) {
            // No more files.
        }
    }

    private void answer(Source source, DataOutputStream out) throws IOException {
        try {
            Wire.write(read(source), out);
        } catch (Unreadable refused) {
            Wire.write(refused, out);
        } catch (RuntimeException | StackOverflowError broken) {
            // Whatever a library does with a file that nobody thought of.
            Wire.write(
                    new Unreadable(
                            "cannot be read: " + broken,
                            "a well-formed " + source.format().mediaType()),
                    out);
        }
    }

    private ExtractedText read(Source source) throws Unreadable, IOException {
        ExtractedText text = switch (source.format()) {
            case TEXT -> PlainReader.read(source, mostCharacters);
            case MARKDOWN -> MarkdownReader.read(source, mostCharacters);
            case HTML -> HtmlReader.read(source, mostCharacters);
            case PDF -> PdfReader.read(source, mostCharacters, mostPages);
        };
        if (text.blocks().isEmpty()) {
            throw new Unreadable(
                    "no text", "a document with text; what is in pictures, such as a scanned page, is not read");
        }
        return text;
    }
}
