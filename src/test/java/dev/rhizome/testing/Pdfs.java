package dev.rhizome.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;

/** Real PDFs, made for a test. */
public final class Pdfs {

    private static final int LEADING = 14;

    private Pdfs() {}

    /** A PDF with a page for each of {@code pages}, which is lines; an empty page is a blank one. */
    public static byte[] of(String title, List<List<String>> pages) {
        return made(title, pages, "");
    }

    /** As {@link #of}, which only {@code password} opens. */
    public static byte[] locked(String password) {
        return made("Locked", List.of(List.of("Nobody reads this.")), password);
    }

    private static byte[] made(String title, List<List<String>> pages, String password) {
        try (PDDocument pdf = new PDDocument()) {
            pdf.getDocumentInformation().setTitle(title);
            for (List<String> lines : pages) {
                PDPage page = new PDPage();
                pdf.addPage(page);
                write(pdf, page, lines);
            }
            if (!password.isEmpty()) {
                pdf.protect(new StandardProtectionPolicy(password, password, new AccessPermission()));
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            pdf.save(bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(PDDocument pdf, PDPage page, List<String> lines) throws IOException {
        try (PDPageContentStream content = new PDPageContentStream(pdf, page)) {
            content.beginText();
            content.setFont(new PDType1Font(FontName.HELVETICA), LEADING - 2);
            content.setLeading(LEADING);
            content.newLineAtOffset(LEADING * 5f, LEADING * 50f);
            for (String line : lines) {
                content.showText(line);
                content.newLine();
            }
            content.endText();
        }
    }
}
