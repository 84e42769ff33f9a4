package dev.rhizome.crawl;

import dev.rhizome.chunking.ChunkedTexts;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.extraction.Extractor;
import dev.rhizome.extraction.FileRequests;
import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.quota.Quotas;
import dev.rhizome.tenancy.ObjectRetention;
import dev.rhizome.tenancy.RetentionRule;
import dev.rhizome.tenancy.RowRetention;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Puts the objects of the web together. */
@Configuration(proxyBeanMethods = false)
@Import({DomainHandler.class, TraversalHandler.class, ExtractionHandler.class})
class WebConfiguration {

    @Bean
    PageRepository pageRepository(TenantTransactions transactions) {
        return new PageRepository(transactions);
    }

    @Bean
    PageWriter pageWriter(PageRepository pages, Extractor extractor, ChunkedTexts texts) {
        return new PageWriter(pages, extractor, texts);
    }

    @Bean
    PageCache pageCache(TenantTransactions transactions) {
        return new PageCache(transactions);
    }

    @Bean
    PageHandler pageHandler(
            PageRepository pages,
            PageCache cache,
            PageWriter writer,
            ChunkedTexts texts,
            RequestReader reader,
            FileRequests files,
            Quotas quotas,
            Streams streams,
            Listing listing) {
        return new PageHandler(
                pages, cache, writer, texts, new PageHandler.Exchange(reader, files, quotas, streams, listing));
    }

    @Bean
    DomainRepository domainRepository(TenantTransactions transactions) {
        return new DomainRepository(transactions);
    }

    @Bean
    TraversalRepository traversalRepository(TenantTransactions transactions) {
        return new TraversalRepository(transactions);
    }

    @Bean
    ExtractionRepository extractionRepository(TenantTransactions transactions) {
        return new ExtractionRepository(transactions);
    }

    @Bean
    RetentionRule retentionOfPages(TenantTransactions transactions, PageRepository pages) {
        return new ObjectRetention("pages", transactions, PageRepository.OLDEST, pages::delete);
    }

    @Bean
    RetentionRule retentionOfTraversals(TenantTransactions transactions) {
        return new RowRetention("traversals", transactions, "web_traversals", "created_at");
    }
}
