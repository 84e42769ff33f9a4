package dev.rhizome.crawl;

import dev.rhizome.bulk.Outcome;
import dev.rhizome.chunking.Chunk;
import dev.rhizome.chunking.ChunkedTexts;
import dev.rhizome.chunking.Chunker;
import dev.rhizome.chunking.TextOwner;
import dev.rhizome.extraction.ExtractedText;
import dev.rhizome.extraction.Extractor;
import dev.rhizome.problem.OptimisticLockConflict;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import tools.jackson.databind.json.JsonMapper;

/** Reads pages, cuts what they say and stores it. A page that says what is stored already costs no reading and no vector. */
final class PageWriter {

    private static final Retry WHEN_CHANGED_MEANWHILE = Retry.backoff(6, Duration.ofMillis(10))
            .filter(OptimisticLockConflict.class::isInstance)
            .onRetryExhaustedThrow((spec, signal) -> signal.failure());

    private static final int MOST_LINKS = 500;

    private final PageRepository pages;
    private final Extractor extractor;
    private final ChunkedTexts texts;

    PageWriter(PageRepository pages, Extractor extractor, ChunkedTexts texts) {
        this.pages = pages;
        this.extractor = extractor;
        this.texts = texts;
    }

    /** Stores a page; an error of {@code InvalidRequest} where it cannot be read. */
    Mono<Outcome> write(PageInput page) {
        return Mono.defer(() -> pages.isStored(page.contentId()))
                .flatMap(isStored -> isStored ? pages.put(page, connection -> Mono.empty()) : read(page))
                .switchIfEmpty(Mono.error(() -> new OptimisticLockConflict(
                        "what the page " + page.url().text() + " says is being removed by other requests")))
                .retryWhen(WHEN_CHANGED_MEANWHILE);
    }

    private Mono<Outcome> read(PageInput page) {
        return extractor
                .read(page.source())
                .flatMap(text -> texts.cut(text.blocks()).flatMap(chunks -> write(page, text, chunks)));
    }

    private Mono<Outcome> write(PageInput page, ExtractedText text, List<Chunk> chunks) {
        String own = text.title().isEmpty() ? page.url().domain() : text.title();
        PageContent content = new PageContent(
                page,
                Objects.requireNonNullElse(page.title(), own),
                Chunker.text(text.blocks()),
                text.pages(),
                chunks.size(),
                links(text.links()));
        TextOwner owner = new TextOwner(
                PageRepository.ORIGIN, content.nodeId(), "WEB_CHUNK", content.title(), 1, metadata(page), 1);
        return texts.changes(owner, chunks)
                .flatMap(changes ->
                        texts.write(changes, store -> pages.put(page, connection -> content.add(connection, store))));
    }

    /** Of the page that said it first. */
    private static String metadata(PageInput page) {
        return JsonMapper.shared()
                .createObjectNode()
                .put("url", page.url().text())
                .put("domain", page.url().domain())
                .toString();
    }

    private static List<WebUrl> links(List<String> links) {
        return links.stream()
                .map(WebUrl::orNull)
                .filter(Objects::nonNull)
                .distinct()
                .limit(MOST_LINKS)
                .toList();
    }
}
