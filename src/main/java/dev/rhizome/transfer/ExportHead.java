package dev.rhizome.transfer;

import dev.rhizome.tenancy.Tenant;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the first line of an export says.
 *
 * @param format always {@link #FORMAT}
 * @param version of the format
 * @param takenAt the moment as of which everything is
 * @param tenant whose rows they are
 * @param chains under whose id the tenant's chains are sealed
 * @param embeddingModel whose vectors are in it
 * @param keyId of the key that will sign the last line
 * @param tables in their order
 */
record ExportHead(
        String format,
        int version,
        Instant takenAt,
        Described tenant,
        UUID chains,
        String embeddingModel,
        String keyId,
        List<Table> tables) {

    /** All of it is needed. */
    ExportHead {
        Stream.of(format, takenAt, tenant, chains, embeddingModel, keyId, tables)
                .forEach(Objects::requireNonNull);
    }

    static final String FORMAT = "rhizome-tenant";
    static final int VERSION = 1;

    /**
     * The tenant, as far as another one can be like it.
     *
     * @param slug see {@link Tenant}, as all that follow
     */
    record Described(
            String slug, String name, String isolation, String language, JsonNode privacy, JsonNode retention) {

        /** All of it is needed. */
        Described {
            Stream.of(slug, name, isolation, language, privacy, retention).forEach(Objects::requireNonNull);
        }

        static Described of(Tenant tenant, JsonMapper json) {
            return new Described(
                    tenant.slug(),
                    tenant.name(),
                    tenant.isolation(),
                    tenant.language(),
                    json.readTree(tenant.privacy()),
                    json.readTree(tenant.retention()));
        }
    }

    /**
     * A table.
     *
     * @param columns that its rows have, in their order
     */
    record Table(String name, List<String> columns) {

        /** All of it is needed. */
        Table {
            Objects.requireNonNull(name);
            columns = List.copyOf(columns);
        }
    }
}
