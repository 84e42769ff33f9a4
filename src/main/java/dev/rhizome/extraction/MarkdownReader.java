package dev.rhizome.extraction;

import java.util.List;
import java.util.regex.Pattern;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.jsoup.Jsoup;

/** Reads Markdown by way of the HTML that it means, so that HTML within it is read too. */
final class MarkdownReader {

    private static final List<Extension> EXTENSIONS = List.of(TablesExtension.create());
    /** Keys and values in front of the text, as site generators want them. */
    private static final Pattern FRONT_MATTER = Pattern.compile("\\A---\\h*\\R(?:.*\\R){0,200}?---\\h*(?:\\R|\\z)");

    private static final int DEEPEST = 100;

    private MarkdownReader() {}

    static ExtractedText read(Source source, int mostCharacters) throws Unreadable {
        String text = FRONT_MATTER.matcher(PlainReader.decoded(source)).replaceFirst("");
        Parser parser = Parser.builder()
                .extensions(EXTENSIONS)
                .maxOpenBlockParsers(DEEPEST)
                .maxInlineNesting(DEEPEST)
                .build();
        String html = HtmlRenderer.builder().extensions(EXTENSIONS).build().render(parser.parse(text));
        return HtmlReader.read(Jsoup.parse(html, source.url()), mostCharacters);
    }
}
