package dev.rhizome.extraction;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.text.PDFTextStripper;

/** Reads the text of PDFs, page by page. What is a picture of text is not read. */
final class PdfReader {

    /** Between two paragraphs; in no text, for it is not printable. */
    private static final String PARAGRAPH = "\u0001";

    private static final Pattern HYPHENATED = Pattern.compile("(\\p{L})[-\u2010]\n(\\p{Ll})");

    private PdfReader() {}

    static ExtractedText read(Source source, int mostCharacters, int mostPages) throws Unreadable {
        try (PDDocument pdf = Loader.loadPDF(source.bytes())) {
            int pages = pdf.getNumberOfPages();
            if (pages > mostPages) {
                throw new Unreadable(pages + " pages", "at most " + mostPages + " pages");
            }
            Blocks blocks = new Blocks(mostCharacters);
            for (int page = 1; page <= pages; page++) {
                for (String paragraph : text(pdf, page).split(PARAGRAPH, -1)) {
                    blocks.add(joined(paragraph), 0, page);
                }
            }
            return new ExtractedText(title(pdf, blocks.list()), blocks.list(), List.of(), pages);
        } catch (InvalidPasswordException locked) {
            throw new Unreadable("a PDF that only a password opens", "a PDF without a password");
        } catch (IOException broken) {
            throw new Unreadable("not a PDF, or a broken one: " + broken.getMessage(), "a whole PDF");
        }
    }

    private static String text(PDDocument pdf, int page) throws IOException {
        PDFTextStripper stripper = new PDFTextStripper();
        stripper.setSortByPosition(true);
        stripper.setParagraphEnd(PARAGRAPH);
        stripper.setLineSeparator("\n");
        stripper.setStartPage(page);
        stripper.setEndPage(page);
        return stripper.getText(pdf);
    }

    /** Lines end where the page does, which says nothing of the text. */
    private static String joined(String paragraph) {
        return HYPHENATED.matcher(paragraph).replaceAll("$1$2").replace('\n', ' ');
    }

    private static String title(PDDocument pdf, List<Block> blocks) {
        String own = pdf.getDocumentInformation().getTitle();
        String title = own == null ? "" : Blocks.title(own);
        return title.isEmpty() ? PlainReader.firstLine(blocks) : title;
    }
}
