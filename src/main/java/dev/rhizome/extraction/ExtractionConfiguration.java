package dev.rhizome.extraction;

import dev.rhizome.fairness.KnownLimits;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Makes what reads files. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ExtractionProperties.class)
class ExtractionConfiguration {

    @Bean
    Extractor extractor(ExtractionProperties properties, KnownLimits limits) {
        return new Extractor(properties, limits::weight);
    }
}
