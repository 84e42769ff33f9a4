package dev.rhizome.document;

import dev.rhizome.chunking.ChunkedTexts;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.extraction.Extractor;
import dev.rhizome.extraction.FileRequests;
import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import dev.rhizome.quota.Quotas;
import dev.rhizome.tenancy.ObjectRetention;
import dev.rhizome.tenancy.RetentionRule;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the objects of documents together. */
@Configuration(proxyBeanMethods = false)
class DocumentConfiguration {

    @Bean
    DocumentRepository documentRepository(TenantTransactions transactions) {
        return new DocumentRepository(transactions);
    }

    @Bean
    DocumentWriter documentWriter(DocumentRepository documents, Extractor extractor, ChunkedTexts texts) {
        return new DocumentWriter(documents, extractor, texts);
    }

    @Bean
    DocumentHandler.Exchange documentExchange(
            RequestReader reader, FileRequests files, Writes writes, Quotas quotas, Streams streams, Listing listing) {
        return new DocumentHandler.Exchange(reader, files, writes, quotas, streams, listing);
    }

    @Bean
    DocumentHandler documentHandler(
            DocumentRepository documents,
            DocumentWriter writer,
            ChunkedTexts texts,
            DocumentHandler.Exchange exchange) {
        return new DocumentHandler(documents, writer, texts, exchange);
    }

    @Bean
    RetentionRule retentionOfDocuments(TenantTransactions transactions, DocumentRepository documents) {
        return new ObjectRetention("documents", transactions, DocumentRepository.OLDEST, documents::delete);
    }
}
