package dev.rhizome.embedding;

import org.springframework.boot.ApplicationRunner;
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

    /** The service is not ready, and does not stay up, without its model. */
    @Bean
    ApplicationRunner embeddingModelLoaded(EmbeddingModel model) {
        return arguments -> {
            if (model instanceof OnnxEmbeddingModel inProcess) {
                inProcess.awaitLoaded();
            }
        };
    }

    @Bean
    QueryEmbeddings queryEmbeddings(EmbeddingModel model, EmbeddingProperties properties) {
        return new QueryEmbeddings(model, properties.cachedQueries());
    }
}
