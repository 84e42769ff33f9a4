package dev.rhizome.preflight;

import dev.rhizome.database.DatabaseSettings;
import dev.rhizome.embedding.EmbeddingProperties;
import io.r2dbc.pool.ConnectionPool;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Has the database looked at before the service takes requests. */
@Configuration(proxyBeanMethods = false)
class PreflightConfiguration {

    @Bean
    DatabaseStart databaseStart(DatabaseSettings settings, EmbeddingProperties embedding, ConnectionPool pool) {
        return new DatabaseStart(settings, embedding.names(), pool);
    }
}
