package dev.rhizome.embedding;

import dev.rhizome.fairness.Figure;
import dev.rhizome.fairness.KnownLimits;
import dev.rhizome.fairness.UsageCounters;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Makes the models. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(EmbeddingProperties.class)
class EmbeddingConfiguration {

    @Bean
    EmbeddingModels embeddingModels(EmbeddingProperties properties, KnownLimits limits, UsageCounters usage) {
        Sharing sharing =
                new Sharing(limits::weight, (tenant, texts) -> usage.add(tenant, Figure.EMBEDDED_TEXTS, texts));
        return new EmbeddingModels(properties.sources().stream()
                .map(source ->
                        source.inProcess() ? new OnnxEmbeddingModel(sharing) : new HttpEmbeddingModel(source, sharing))
                .toList());
    }

    /** The service is not ready, and does not stay up, without its model. */
    @Bean
    ApplicationRunner embeddingModelLoaded(EmbeddingModels models) {
        return arguments -> {
            for (EmbeddingModel model : models.all()) {
                if (model instanceof OnnxEmbeddingModel inProcess) {
                    inProcess.awaitLoaded();
                }
            }
        };
    }

    @Bean
    QueryEmbeddings queryEmbeddings(EmbeddingModels models, EmbeddingProperties properties) {
        return new QueryEmbeddings(models, properties.cachedQueries());
    }
}
