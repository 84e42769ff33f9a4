package dev.rhizome.contract;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which record reads what of each route. */
public final class RequestRecords {

    private static final String BASE = "dev.rhizome.";

    /**
     * The records of one route.
     *
     * @param operation method and path, as the document has it
     * @param parameters reads path variables and query, null where there are none
     * @param body reads the body or a line, null where there is none
     * @param rules that more than one field of the record, or the handler, knows, of the body where there is one:
     *     {@code +field} is needed here, {@code -field} is refused here, {@code =field:value} has this default here
     */
    record Entry(
            String operation,
            @Nullable Class<?> parameters,
            @Nullable Class<?> body,
            Set<String> rules) {

        private static Entry of(String line) {
            String[] parts = line.split("\\|", -1);
            String rules = parts.length > 3 ? parts[3].strip() : "";
            return new Entry(
                    parts[0].strip(),
                    type(parts[1].strip()),
                    type(parts[2].strip()),
                    rules.isEmpty() ? Set.of() : Set.of(rules.split(" ", -1)));
        }

        private static @Nullable Class<?> type(String name) {
            try {
                return name.isEmpty() ? null : Class.forName(BASE + name);
            } catch (ClassNotFoundException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static final String TABLE = """
            POST /v1/tenants | | tenancy.TenantInput | +slug -status
            GET /v1/tenants | tenancy.TenantHandler$TenantsParameters |
            GET /v1/tenants/{id} | tenancy.TenantPath |
            PATCH /v1/tenants/{id} | tenancy.TenantPath | tenancy.TenantInput | -slug
            DELETE /v1/tenants/{id} | tenancy.TenantPath |
            POST /v1/tenants/import | transfer.TransferHandler$ImportParameters |
            GET /v1/tenants/{id}/export | transfer.TransferHandler$Path |
            POST /v1/tenants/{id}/fork | transfer.TransferHandler$Path | transfer.TransferHandler$ForkBody
            GET /v1/tenants/{id}/certificate | transfer.TransferHandler$Path |
            POST /v1/grants | | sharing.GrantInput
            GET /v1/grants | sharing.SharingHandler$GrantsParameters |
            GET /v1/grants/{id} | sharing.SharingHandler$GrantPath |
            DELETE /v1/grants/{id} | sharing.SharingHandler$GrantPath |
            GET /v1/shared | sharing.SharingHandler$GrantsParameters |
            GET /v1/shared/{tenant}/entities/{id} | sharing.SharingHandler$SharedParameters |
            GET /v1/accesses | sharing.SharingHandler$AccessParameters |
            POST /v1/tenants/{id}/keys | tenancy.TenantPath | tenancy.ApiKeyInput
            GET /v1/tenants/{id}/keys | tenancy.ApiKeyHandler$KeysParameters |
            DELETE /v1/tenants/{id}/keys/{keyId} | tenancy.ApiKeyHandler$KeyPath |
            GET /v1/tenants/{id}/embedding | tenancy.TenantPath |
            POST /v1/tenants/{id}/embedding | tenancy.TenantPath | tenancy.TenantEmbeddingHandler$ModelInput
            DELETE /v1/tenants/{id}/embedding | tenancy.TenantPath |
            GET /v1/usage | usage.UsageHandler$OwnParameters |
            GET /v1/tenants/{id}/usage | usage.UsageHandler$TenantParameters |
            GET /v1/tenants/{id}/limits | usage.LimitsHandler$LimitsPath |
            PUT /v1/tenants/{id}/limits | usage.LimitsHandler$LimitsPath | usage.LimitsInput
            DELETE /v1/tenants/{id}/limits | usage.LimitsHandler$LimitsPath |
            POST /v1/entities | | graph.EntityInput
            GET /v1/entities/{id} | graph.EntityHandler$EntityParameters |
            DELETE /v1/entities/{id} | graph.EntityHandler$EntityParameters |
            GET /v1/entities/{id}/neighbours | graph.GraphHandler$NeighbourParameters |
            POST /v1/relationships | | graph.RelationshipInput
            DELETE /v1/relationships | graph.RelationshipHandler$RelationshipParameters |
            GET /v1/graph/traverse | graph.GraphHandler$WalkParameters |
            GET /v1/graph/path | graph.GraphHandler$PathParameters |
            GET /v1/search | search.SearchInput | | +q
            POST /v1/search | | search.SearchInput |
            POST /v1/search/batch | | search.SearchInput |
            POST /v1/agents | | agent.AgentBody | +name +modelFamily =status:available =maxConcurrent:10
            GET /v1/agents | agent.AgentHandler$AgentsParameters |
            GET /v1/agents/stale | agent.AgentHandler$StaleParameters |
            DELETE /v1/agents/stale | agent.AgentHandler$DeleteStaleParameters |
            POST /v1/agents/match | | agent.MatchRequest
            POST /v1/agents/cards | agent.CardParameters | agent.AgentCard$Card
            GET /v1/agents/{id} | agent.AgentPath |
            PATCH /v1/agents/{id} | agent.AgentPath | agent.AgentBody | -id
            DELETE /v1/agents/{id} | agent.AgentHandler$DeleteParameters |
            POST /v1/agents/{id}/restore | agent.AgentPath |
            GET /v1/agents/{id}/card | agent.AgentPath |
            POST /v1/agents/{id}/outcomes | agent.AgentPath | agent.OutcomeInput
            GET /v1/agents/{id}/outcomes | agent.OutcomeHandler$OutcomesParameters |
            GET /v1/agents/{id}/statistics | agent.AgentPath |
            POST /v1/agents/{id}/load | agent.AgentPath | agent.LoadInput | =active:0 =queued:0
            POST /v1/agents/{id}/capabilities | agent.network.NetworkPath | agent.network.CapabilityInput | =demonstrations:1
            GET /v1/agents/{id}/capabilities | agent.network.CapabilityHandler$CapabilitiesParameters |
            DELETE /v1/agents/{id}/capabilities | agent.network.CapabilityHandler$CapabilityParameters |
            POST /v1/agents/{id}/capabilities/demonstrations | agent.network.NetworkPath | agent.network.Demonstration
            POST /v1/agents/{id}/capabilities/evidence | agent.network.NetworkPath | agent.network.EvidenceInput
            GET /v1/agents/{id}/capabilities/evidence | agent.network.EvidenceHandler$EvidenceParameters |
            GET /v1/agents/{id}/relationships | agent.network.AgentRelationshipHandler$RelationshipsParameters |
            GET /v1/agents/{id}/summary | agent.network.NetworkPath |
            POST /v1/agents/relationships | | agent.network.AgentRelationshipInput
            DELETE /v1/agents/relationships | agent.network.AgentRelationshipHandler$KeyParameters |
            POST /v1/agents/relationships/observations | | agent.network.ObservationInput
            GET /v1/agents/centrality | agent.network.NetworkHandler$CentralityParameters |
            POST /v1/events | | event.EventBody
            GET /v1/events | event.EventHandler$EventsParameters |
            GET /v1/events/{id} | event.EventHandler$EventPath |
            GET /v1/events/stats | event.EventHandler$StatsParameters |
            GET /v1/events/verify | ledger.ChainWalk$Range |
            POST /v1/events/verify | | event.EventHeadInput
            GET /v1/events/truncations | event.EventChainHandler$TruncationsParameters |
            GET /v1/events/rollups | rollup.RollupHandler$RollupsParameters |
            POST /v1/events/anomalies | | rollup.AnomalyInput
            GET /v1/events/anomalies | rollup.AnomalyHandler$AnomaliesParameters |
            GET /v1/events/anomalies/{id} | rollup.AnomalyHandler$AnomalyPath |
            PATCH /v1/events/anomalies/{id} | rollup.AnomalyHandler$AnomalyPath | rollup.Anomaly$Change
            PUT /v1/events/profiles | | rollup.ProfileInput
            GET /v1/events/profiles | rollup.ProfileHandler$ProfilesParameters |
            GET /v1/benchmarks/datasets | benchmark.BenchmarkHandler$DatasetsParameters |
            PUT /v1/benchmarks/datasets/{id} | benchmark.BenchmarkHandler$BenchmarkPath | benchmark.DatasetInput
            GET /v1/benchmarks/datasets/{id} | benchmark.BenchmarkHandler$BenchmarkPath |
            DELETE /v1/benchmarks/datasets/{id} | benchmark.BenchmarkHandler$BenchmarkPath |
            POST /v1/benchmarks/evaluations | | benchmark.Evaluation$Queued
            GET /v1/benchmarks/evaluations | benchmark.BenchmarkHandler$EvaluationsParameters |
            GET /v1/benchmarks/evaluations/{id} | benchmark.BenchmarkHandler$BenchmarkPath |
            PATCH /v1/benchmarks/evaluations/{id} | benchmark.BenchmarkHandler$BenchmarkPath | benchmark.Evaluation$Change
            GET /v1/search/sessions | searchlog.SearchLogHandler$SessionsParameters |
            GET /v1/search/statistics | searchlog.SearchLogHandler$StatisticsParameters |
            POST /v1/web/pages | crawl.PageHandler$FileParameters | crawl.PageBody
            GET /v1/web/pages | crawl.PageHandler$PagesParameters |
            POST /v1/web/pages/lookup | | crawl.PageHandler$LookupBody
            GET /v1/web/pages/{id} | crawl.PageHandler$Path |
            DELETE /v1/web/pages/{id} | crawl.PageHandler$Path |
            GET /v1/web/pages/{id}/links | crawl.PageHandler$BelowParameters |
            GET /v1/web/pages/{id}/chunks | crawl.PageHandler$BelowParameters |
            GET /v1/web/domains | crawl.DomainHandler$DomainsParameters |
            GET /v1/web/domains/{id} | crawl.DomainHandler$DomainPath |
            PUT /v1/web/domains/{id} | crawl.DomainHandler$DomainPath | crawl.Domain$Policy
            DELETE /v1/web/domains/{id} | crawl.DomainHandler$DomainPath |
            POST /v1/web/domains/{id}/requests | crawl.DomainHandler$DomainPath |
            POST /v1/web/domains/{id}/outcomes | crawl.DomainHandler$DomainPath | crawl.Domain$Outcome
            POST /v1/web/traversals | | crawl.Traversal$Input
            GET /v1/web/traversals | crawl.TraversalHandler$TraversalsParameters |
            GET /v1/web/traversals/{id} | crawl.TraversalHandler$TraversalPath |
            PATCH /v1/web/traversals/{id} | crawl.TraversalHandler$TraversalPath | crawl.Traversal$Change
            DELETE /v1/web/traversals/{id} | crawl.TraversalHandler$TraversalPath |
            GET /v1/web/traversals/{id}/pages | crawl.TraversalHandler$NodesParameters |
            POST /v1/web/traversals/{id}/pages | crawl.TraversalHandler$TraversalPath | crawl.TraversalNode$Input
            PATCH /v1/web/traversals/{id}/pages | crawl.TraversalHandler$TraversalPath | crawl.TraversalNode$Change
            GET /v1/web/extractions | crawl.ExtractionHandler$HoursParameters |
            POST /v1/web/extractions | | crawl.Extraction$Input
            POST /v1/documents | document.DocumentHandler$FileParameters | document.DocumentBody
            GET /v1/documents | document.DocumentHandler$DocumentsParameters |
            GET /v1/documents/{id} | document.DocumentHandler$Path |
            DELETE /v1/documents/{id} | document.DocumentHandler$Path |
            GET /v1/documents/{id}/chunks | document.DocumentHandler$ChunksParameters |
            POST /v1/knowledge/queries | | knowledge.KnowledgeQueryInput
            GET /v1/knowledge/queries | knowledge.QueryHandler$QueriesParameters |
            GET /v1/knowledge/queries/{id} | knowledge.KnowledgePath |
            PATCH /v1/knowledge/queries/{id} | knowledge.KnowledgePath | knowledge.KnowledgeQuery$Change
            DELETE /v1/knowledge/queries/{id} | knowledge.KnowledgePath |
            POST /v1/knowledge/queries/{id}/results | knowledge.KnowledgePath | knowledge.KnowledgeResultBody
            GET /v1/knowledge/queries/{id}/results | knowledge.ResultHandler$ResultsParameters |
            POST /v1/knowledge/queries/{id}/responses | knowledge.KnowledgePath | knowledge.KnowledgeResponse$Input
            GET /v1/knowledge/queries/{id}/responses | knowledge.QueryHandler$ResponsesParameters |
            GET /v1/knowledge/results/{id} | knowledge.KnowledgePath |
            DELETE /v1/knowledge/results/{id} | knowledge.KnowledgePath |
            GET /v1/knowledge/providers | knowledge.ProviderHandler$ProvidersParameters |
            GET /v1/knowledge/providers/{id} | knowledge.ProviderHandler$ProviderPath |
            DELETE /v1/knowledge/providers/{id} | knowledge.ProviderHandler$ProviderPath |
            POST /v1/knowledge/providers/{id}/requests | knowledge.ProviderHandler$ProviderPath | knowledge.Provider$Outcome
            PUT /v1/knowledge/cache/{id} | knowledge.KnowledgePath | knowledge.CacheEntry$Input
            GET /v1/knowledge/cache/{id} | knowledge.KnowledgePath |
            DELETE /v1/knowledge/cache/{id} | knowledge.KnowledgePath |
            POST /v1/verifications | | verification.VerificationInput
            GET /v1/verifications | verification.VerificationHandler$VerificationsParameters |
            GET /v1/verifications/methods | verification.VerificationHandler$MethodsParameters |
            POST /v1/verifications/lookup | | verification.Claim
            GET /v1/verifications/{id} | verification.VerificationPath |
            PATCH /v1/verifications/{id} | verification.VerificationPath | verification.Verification$Change
            DELETE /v1/verifications/{id} | verification.VerificationPath |
            POST /v1/verifications/{id}/result | verification.VerificationPath | verification.VerificationResult$Input
            GET /v1/verifications/{id}/result | verification.VerificationPath |
            GET /v1/verifications/{id}/evidence | verification.VerificationHandler$EvidenceParameters |
            POST /v1/provenance | | provenance.EntryBody
            GET /v1/provenance | provenance.ProvenanceHandler$EntriesParameters |
            GET /v1/provenance/precedents | provenance.ProvenanceHandler$EntriesParameters | | +reference
            GET /v1/provenance/export | ledger.ChainWalk$Range |
            GET /v1/provenance/verify | ledger.ChainWalk$Range |
            POST /v1/provenance/verify | | provenance.CheckpointInput
            GET /v1/provenance/heads | provenance.ChainHandler$HeadsParameters |
            GET /v1/provenance/{type}/{id} | provenance.EntryPath |
            GET /v1/provenance/{type}/{id}/similar | provenance.SimilarHandler$EntryParameters |
            GET /v1/provenance/similar | provenance.SimilarHandler$WordsParameters |
            GET /v1/provenance/why | provenance.WhyHandler$WhyParameters |
            DELETE /v1/provenance/{type}/{id}/payload | provenance.EntryPath |
            DELETE /v1/provenance/subjects/{subject} | provenance.ErasureHandler$SubjectPath |
            GET /v1/federated/figures/{measure} | federation.FederationHandler$FigureParameters |
            GET /v1/federated/ledger | federation.FederationHandler$LedgerParameters |
            GET /v1/audit | audit.AuditHandler$AuditParameters |
            """;

    private static final List<Entry> ENTRIES = TABLE.lines().map(Entry::of).toList();

    private RequestRecords() {}

    /** The records of each route that takes anything. */
    static List<Entry> entries() {
        return ENTRIES;
    }

    /** The records that bodies and lines are read into. */
    public static Set<Class<?>> bodies() {
        return all(ENTRIES.stream().map(Entry::body));
    }

    /** The records that paths and queries are read into. */
    public static Set<Class<?>> parameters() {
        return all(ENTRIES.stream().map(Entry::parameters));
    }

    private static Set<Class<?>> all(Stream<? extends @Nullable Class<?>> types) {
        return types.filter(java.util.Objects::nonNull).collect(Collectors.toUnmodifiableSet());
    }
}
