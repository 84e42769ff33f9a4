package dev.rhizome.extraction;

import dev.rhizome.fairness.KnownLimits;
import dev.rhizome.http.RequestReader;
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

    @Bean
    FileRequests fileRequests(RequestReader reader, ExtractionProperties properties) {
        return new FileRequests(reader, properties);
    }
}
