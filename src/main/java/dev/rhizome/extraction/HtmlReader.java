package dev.rhizome.extraction;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.parser.Parser;
import org.jsoup.select.NodeVisitor;

/** Reads HTML: what a reader would read of it, without menus, scripts and what is hidden. */
final class HtmlReader {

    private static final String NOT_READ = """
            script, style, noscript, template, svg, nav, footer, iframe, object, canvas, button, select, textarea, [hidden],
            [aria-hidden=true], [role=navigation], [role=search], .navheader, .navfooter, .sphinxsidebar, .headerlink
            """;
    private static final String MAIN = "main, [role=main], article";
    /** A part that holds less than this of the page's text is not what the page is about. */
    private static final double LEAST_OF_MAIN = .25;

    private static final Set<String> CELLS = Set.of("td", "th");
    private static final int MOST_LINKS = 1_000;
    private static final int DEEPEST = 512;

    private HtmlReader() {}

    static ExtractedText read(Source source, int mostCharacters) throws Unreadable, IOException {
        Document page = Jsoup.parse(
                new ByteArrayInputStream(source.bytes()),
                source.charset(),
                source.url(),
                Parser.htmlParser().setMaxDepth(DEEPEST));
        return read(page, mostCharacters);
    }

    static ExtractedText read(Document page, int mostCharacters) throws Unreadable {
        String title = Blocks.title(page.title());
        page.select(NOT_READ).remove();
        Element main = main(page.body());
        Walk walk = new Walk();
        main.traverse(walk);
        walk.endBlock(0);
        Blocks blocks = new Blocks(mostCharacters);
        for (Block block : walk.found) {
            blocks.add(block.text(), block.level(), 0);
        }
        return new ExtractedText(title.isEmpty() ? firstHeading(blocks.list()) : title, blocks.list(), links(main), 0);
    }

    private static Element main(Element body) {
        List<Element> candidates = body.select(MAIN).stream()
                .filter(element -> element.parents().stream().noneMatch(parent -> parent.is(MAIN)))
                .toList();
        if (candidates.size() != 1) {
            return body;
        }
        Element main = candidates.getFirst();
        return main.text().length() >= LEAST_OF_MAIN * body.text().length() ? main : body;
    }

    private static String firstHeading(List<Block> blocks) {
        return blocks.stream()
                .filter(Block::isHeading)
                .map(block -> Blocks.title(block.text()))
                .findFirst()
                .orElse("");
    }

    private static List<String> links(Element main) {
        Set<String> links = new LinkedHashSet<>();
        for (Element link : main.select("a[href]")) {
            String url = link.absUrl("href");
            if ((url.startsWith("http://") || url.startsWith("https://")) && links.size() < MOST_LINKS) {
                links.add(url);
            }
        }
        return List.copyOf(links);
    }

    /** Goes over the elements in reading order; what stands between two ends of blocks is one. */
    private static final class Walk implements NodeVisitor {

        private final List<Block> found = new ArrayList<>();
        private final StringBuilder text = new StringBuilder();
        private int preformatted;

        @Override
        public void head(Node node, int depth) {
            if (node instanceof TextNode words) {
                text.append(
                        preformatted > 0
                                ? words.getWholeText()
                                : words.getWholeText().replace('\n', ' '));
            } else if (node instanceof Element element) {
                if (element.nameIs("br")) {
                    text.append('\n');
                } else if (element.nameIs("img")) {
                    text.append(' ').append(element.attr("alt")).append(' ');
                } else if (CELLS.contains(element.normalName())) {
                    text.append(text.chars().allMatch(Character::isWhitespace) ? "" : " | ");
                } else if (element.isBlock()) {
                    endBlock(0);
                }
                preformatted += element.nameIs("pre") ? 1 : 0;
            }
        }

        @Override
        public void tail(Node node, int depth) {
            if (node instanceof Element element) {
                preformatted -= element.nameIs("pre") ? 1 : 0;
                if (element.isBlock() && !CELLS.contains(element.normalName())) {
                    endBlock(level(element));
                }
            }
        }

        private static int level(Element element) {
            String name = element.normalName();
            return name.length() == 2 && name.charAt(0) == 'h' && name.charAt(1) >= '1' && name.charAt(1) <= '6'
                    ? name.charAt(1) - '0'
                    : 0;
        }

        private void endBlock(int level) {
            if (!text.isEmpty()) {
                found.add(new Block(text.toString(), level, 0));
                text.setLength(0);
            }
        }
    }
}
