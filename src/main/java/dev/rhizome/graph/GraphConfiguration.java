package dev.rhizome.graph;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import dev.rhizome.indexing.Indexer;
import dev.rhizome.quota.Quotas;
import dev.rhizome.quota.RowKind;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the objects of the graph together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(GraphProperties.class)
class GraphConfiguration {

    private static final String ENTITIES_WITHIN_QUOTA = "entitiesWithinQuota";

    @Bean
    EntityRepository entityRepository(TenantTransactions transactions) {
        return new EntityRepository(transactions);
    }

    @Bean
    EntityWriter entityWriter(EntityRepository entities, Indexer indexer) {
        return new EntityWriter(entities, indexer);
    }

    @Bean
    RelationshipRepository relationshipRepository(TenantTransactions transactions) {
        return new RelationshipRepository(transactions);
    }

    @Bean
    GraphRepository graphRepository(TenantTransactions transactions) {
        return new GraphRepository(transactions);
    }

    @Bean
    EntityHandler entityHandler(
            EntityRepository entities,
            @Qualifier(ENTITIES_WITHIN_QUOTA) BatchWriter<EntityInput> writer,
            Writes writes,
            RequestReader reader,
            Streams streams) {
        return new EntityHandler(entities, writer, writes, reader, streams);
    }

    /** As clients write them. */
    @Bean(ENTITIES_WITHIN_QUOTA)
    BatchWriter<EntityInput> entitiesWithinQuota(EntityRepository entities, EntityWriter writer, Quotas quotas) {
        return quotas.within(writer, RowKind.ENTITIES, entities::storedKeys);
    }

    @Bean
    RelationshipHandler relationshipHandler(
            RelationshipRepository relationships, Quotas quotas, Writes writes, RequestReader reader) {
        return new RelationshipHandler(
                relationships,
                quotas.within(relationships, RowKind.RELATIONSHIPS, relationships::storedKeys),
                writes,
                reader);
    }

    @Bean
    GraphHandler graphHandler(
            GraphRepository graph, GraphProperties properties, RequestReader reader, Streams streams) {
        return new GraphHandler(graph, properties, reader, streams);
    }
}
