package dev.rhizome.embedding;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Chooses the model. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(EmbeddingProperties.class)
class EmbeddingConfiguration {

    @Bean
    EmbeddingModel embeddingModel(EmbeddingProperties properties) {
        return properties.url().isBlank() ? new OnnxEmbeddingModel() : new HttpEmbeddingModel(properties);
    }

    @Bean
    QueryEmbeddings queryEmbeddings(EmbeddingModel model, EmbeddingProperties properties) {
        return new QueryEmbeddings(model, properties.cachedQueries());
    }
}
