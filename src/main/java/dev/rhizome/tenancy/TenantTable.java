package dev.rhizome.tenancy;

import java.util.List;

/**
 * A table with rows of tenants. Whoever adds one says here what becomes of its rows when a tenant travels to another id or goes.
 *
 * @param name of the table
 * @param travels whether an export has its rows
 * @param appendOnly whether the service itself cannot remove them, so that {@code purge_append_only} does
 */
public record TenantTable(String name, boolean travels, boolean appendOnly) {

    /** The row of the tenant itself, which is the first to come and the last to go. */
    static final String TENANTS = "tenants";

    /** What was done in the tenant, and what was shared and read of it: both outlive it. */
    private static final List<String> LOGS = List.of("audit_log", "tenant_access_log");

    /** The vectors, which may be in a table of the tenant's own, and of which those of one model travel. */
    public static final String VECTORS = "vectors";

    /** Has a partition a month, which must be there before its rows come. */
    public static final String EVENTS = "performance_events";

    /** All of them, parents before children; what a move to another model fills comes before the move. */
    private static final List<TenantTable> ALL = List.of(
            stays(TENANTS),
            stays("audit_log"),
            stays("tenant_usage"), // what was used here
            stays("tenant_limits"), // the operator's
            stays("api_keys"), // whoever had a key there has none here
            stays("tenant_access_log"),
            stays("tenant_grants"), // given here, to tenants that are here
            stays("job_leases"),
            travels("entities"),
            travels("relationships"),
            travels("hybrid_search_index"),
            stays("vector_homes"), // made anew, where the rows come to
            stays("vector_changes"),
            travels("late_vectors"),
            travels(VECTORS),
            travels("search_vocabulary"),
            travels("search_terms"),
            appended("provenance_chains"),
            appended("caws_provenance_graph"),
            travels("provenance_payloads"),
            appended("provenance_mentions"),
            appended("provenance_checkpoints"),
            travels("agent_profiles"),
            travels("agent_capabilities"),
            travels("current_load"),
            travels("agent_performance_history"),
            travels("agent_performance_events"),
            travels("agent_capabilities_graph"),
            travels("agent_centrality"),
            travels("agent_relationships"),
            travels("entity_chunk_mappings"),
            stays("reembedding_jobs"), // one that has not ended is begun again
            travels("chunks"),
            travels("documents"),
            travels("web_contents"),
            travels("web_links"),
            travels("web_pages"),
            travels("web_domains"),
            travels("web_traversals"),
            travels("web_traversal_nodes"),
            travels("web_extractions"),
            stays("web_lookups"), // how often this installation was asked
            stays("graph_search_sessions"), // the words' hashes mean nothing under another id
            stays("knowledge_cache_lookups"),
            stays("knowledge_cache"), // its keys have the tenant in them
            travels("knowledge_providers"),
            travels("knowledge_queries"),
            travels("knowledge_results"),
            travels("knowledge_responses"),
            travels("verification_methods"),
            travels("verification_requests"),
            travels("verification_results"),
            travels("verification_evidence"),
            travels("agent_performance_profiles"),
            travels("benchmark_datasets"),
            travels("benchmark_evaluations"),
            appended(EVENTS),
            appended("event_chains"),
            appended("event_truncations"),
            travels("event_progress"),
            travels("performance_anomalies"),
            travels("performance_rollups"),
            appended("privacy_ledger")); // what was given away stays given away under another id

    private static TenantTable travels(String name) {
        return new TenantTable(name, true, false);
    }

    private static TenantTable stays(String name) {
        return new TenantTable(name, false, false);
    }

    private static TenantTable appended(String name) {
        return new TenantTable(name, true, true);
    }

    /** Whether its rows are still there when the tenant is gone. */
    boolean outlives() {
        return LOGS.contains(name);
    }

    /** All tables, in an order in which rows can be added. */
    static List<TenantTable> all() {
        return ALL;
    }

    /** The tables of an export, in the order in which it has them. */
    public static List<TenantTable> travelling() {
        return ALL.stream().filter(TenantTable::travels).toList();
    }

    /** The tables that the service empties when a tenant goes, in an order in which rows can be removed. */
    static List<TenantTable> purged() {
        return ALL.reversed().stream()
                .filter(table -> !table.appendOnly()
                        && !table.outlives()
                        && !table.name().equals(TENANTS))
                .toList();
    }
}
