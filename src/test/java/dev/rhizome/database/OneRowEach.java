package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.TestDatabase;
import dev.rhizome.testing.VectorHomes;
import java.sql.SQLException;
import java.util.UUID;

/** Statements that give a tenant one row of every table, at least. */
public final class OneRowEach {

    /** One row of every tenant table, here and below; one that is missing fails {@link IsolationIntegrationTest#everyTableHasARow}. */
    private static final String FOUNDATION = """
            insert into tenants (tenant_id, slug, name) values (current_tenant(), 'acme', 'Acme');
            insert into api_keys (key_id, name, role, secret_hash)
            values (gen_random_uuid(), 'k', 'reader', sha256('x'));
            insert into entities (entity_id, type, name, digest) values ('a', 'T', 'A', ''), ('b', 'T', 'B', '');
            insert into relationships (source_id, target_id, type) values ('a', 'b', 'T');
            select index_documents(array['a'], array['T'], array['clock'], array['time'], array[1]::real[],
                                array['{}']::jsonb[], 1::smallint, array[array_fill(1::real, array[384])::vector],
                                null, array[null]::vector[]);
            update tenants set isolation = 'shared';
            select give_grant(gen_random_uuid(), gen_random_uuid(), 'G', null, null, null, null, 'k', 9, 9);
            update tenants set isolation = 'strict';
            insert into job_leases (job) values ('re-embedding');
            insert into tenant_limits (weight) values (3);
            insert into tenant_usage (hour, requests) values ('2026-03-01', 1);
            insert into reembedding_jobs (from_space, to_space, documents) values (1, 2, 1);
            insert into audit_log (actor, role, action, kind, subject) values ('k', 'writer', 'created', 'entity', 'a');
            """;

    private static final String AGENTS = """
            insert into agent_profiles (agent_id, name, model_family) values ('a', 'A', 'm'), ('b', 'B', 'm');
            insert into agent_capabilities (agent_id, kind, canonical, value) values ('a', 'language', 'go', 'Go');
            insert into current_load (agent_id) values ('a');
            insert into agent_performance_history values (default, 'a', '', 1, 1, 1, 1, 1, now());
            insert into agent_performance_events (agent_id, event_id, task_type, success, quality, latency_ms)
            values ('a', 'e', '', true, 1, 1);
            insert into agent_capabilities_graph (agent_id, node_id, capability_name, canonical_name, confidence)
            values ('a', 'a', 'N', 'n', 1);
            insert into entity_chunk_mappings (agent_id, node_id, chunk_id, mention_digest, chunk_type, mention_text,
                                               extraction_method, extraction_confidence)
            values ('a', 'a', 'c', sha256('n'), 'task', 'n', 'manual', 1);
            insert into agent_relationships (source_id, type, target_id, confidence)
            values ('agent:a', 'SIMILAR_TO', 'agent:b', 1);
            insert into agent_centrality values (default, 'a', 1, 1, 1, 1, now());
            """;
    private static final String PROVENANCE = """
            insert into provenance_chains default values;
            insert into caws_provenance_graph
              (sequence, entity_type, entity_id, constitutional_refs, about, relationships, derived_from, erases,
               recorded_at, writer, writer_role, previous_hash, version, key_id, hash, signature)
            values (1, 'verdict', 'v', '{}', '{}', '{}', '{}', '{}', now(), 'k', 'writer', sha256('0'), 1, 'key',
                    sha256('1'), sha512('1'));
            insert into provenance_payloads (sequence, salt) values (1, sha256('salt'));
            insert into provenance_mentions (role, name, sequence) values ('about', 'a', 1);
            insert into provenance_checkpoints (sequence, hash, signed_at, key_id, version, signature)
            values (1, sha256('1'), now(), 'key', 1, sha512('1'));
            """;
    private static final String EVENTS = """
            select add_event_partition('2026-03-01');
            insert into performance_events (sequence, event_id, type, occurred_at, received_at, mac)
            values (1, 'e', 'system_health', '2026-03-01', now(), sha256('')),
                   (2, 'f', 'system_health', '2001-03-01', now(), sha256(''));
            insert into event_chains (sequence, mac, checkpoint_mac) values (2, sha256(''), sha256(''));
            insert into event_truncations (sequence, mac, events, policy, newest_at, pruned_at, truncation_mac)
            values (1, sha256(''), 1, 'delete', now(), now(), sha256(''));
            insert into event_progress (processed_to) values (1);
            insert into performance_rollups (hour, agent_id, type, events, successes, errors, latencies)
            values ('2026-03-01', '', 'system_health', 1, 0, 0, 0);
            insert into performance_anomalies (anomaly_id, type, severity, method, detected_at)
            values ('a', 'latency_spike', 'low', 'client', now());
            insert into benchmark_datasets (dataset_id, name, task_type, test_cases) values ('d', 'D', 'code', 1);
            insert into benchmark_evaluations (evaluation_id, dataset_id, agent_id) values ('v', 'd', 'a');
            insert into agent_performance_profiles (agent_id, task_type) values ('a', 'code');
            """;

    private static final String KNOWLEDGE = """
            insert into graph_search_sessions (session_id, searched_at, kind, max_results, hops, hits, related, complete, took_ms)
            values ('00000000-0000-7000-8000-000000000001', now(), 'hybrid', 10, 1, 1, 0, true, 1);
            insert into documents (document_id, title, media_type, input_hash, text, bytes, chunks, next_chunk)
            values ('d', 'D', 'text/plain', sha256('d'), 'd', 1, 1, 2);
            insert into entities (entity_id, type, name, digest) values ('document:d#1', 'T', 'D', '');
            insert into chunks (owner_id, number, place, starts_at, ends_at, heading, text_hash, node_hash)
            values ('document:d', 1, 1, 0, 1, '', sha256('t'), sha256('n'));
            insert into knowledge_queries (query_id, query_text, query_type) values ('q', 'why', 'factual');
            insert into knowledge_results
              (result_id, query_id, content_hash, title, url, domain, source_type, relevance, credibility, quality, provider)
            values ('r', 'q', sha256('r'), 'R', 'https://example.org/r', 'example.org', 'web', 1, 1, 'high', 'p');
            insert into knowledge_responses
              (query_id, response_id, summary, confidence, total_results_found, results_filtered, processing_time_ms)
            values ('q', 'a', 'because', 1, 1, 0, 1);
            insert into knowledge_providers
              (provider, requests, failures, consecutive_failures, response_time_ms, minute_began_at, minute_requests,
               hour_began_at, hour_requests, hour_failures)
            values ('p', 1, 0, 0, 1, now(), 1, now(), 1, 0);
            insert into knowledge_cache (cache_key, kind, content, bytes, expires_at)
            values ('c', 'response', '{}', 2, '2100-01-01');
            insert into knowledge_cache_lookups (hits) values (1);
            """;

    private static final String WEB = """
            insert into web_contents (content_id, media_type, title, text, bytes, chunks)
            values (repeat('a', 64), 'text/html', 'T', 't', 1, 1);
            insert into web_links (content_id, place, page_id, url) values (repeat('a', 64), 1, repeat('b', 32), 'https://example.org/b');
            insert into web_pages (page_id, url, domain, content_id, expires_at)
            values (repeat('a', 32), 'https://example.org/a', 'example.org', repeat('a', 64), '2100-01-01');
            insert into web_lookups (hits) values (1);
            insert into web_domains (domain, minute_began_at, minute_requests, requests, refused, allowed)
            values ('example.org', '2026-03-01', 1, 1, 0, true);
            insert into web_traversals (traversal_id, start_url, domain, discovered) values ('w', 'https://example.org/', 'example.org', 1);
            insert into web_traversal_nodes (traversal_id, page_id, place, url, depth, link_type)
            values ('w', repeat('a', 32), 1, 'https://example.org/', 0, 'start');
            insert into web_extractions (page_id, domain, total_ms) values (repeat('a', 32), 'example.org', 1);
            """;

    private static final String VERIFICATIONS = """
            insert into verification_requests (verification_id, content, claim_hash) values ('v', 'It rains.', sha256('v'));
            insert into verification_results (verification_id, claim_hash, verdict, confidence, processing_time_ms)
            values ('v', sha256('v'), 'unverified', 1, 1);
            insert into verification_evidence
              (verification_id, place, source, evidence_type, supporting, relevance, credibility)
            values ('v', 1, 's', 'general', true, 1, 1);
            insert into verification_methods (method, uses, failures, processing_time_ms, confidence_total, evidence)
            values ('m', 1, 0, 1, 1, 1);
            """;

    private static final String FEDERATION = """
            insert into privacy_ledger (side, measure, task_type, period_from, period_until, epsilon)
            values ('asker', 'quality', 't', '2026-01-01', '2026-02-01', 0.5);
            """;

    /** All of them that one transaction can make. */
    public static final String SQL =
            FOUNDATION + AGENTS + PROVENANCE + EVENTS + KNOWLEDGE + WEB + VERIFICATIONS + FEDERATION;

    private OneRowEach() {}

    /** Runs {@code sql}, which is {@link #SQL} or says the same in other words, as {@code tenant}, and makes the other rows. */
    public static void fill(TestDatabase database, UUID tenant, String sql) throws SQLException {
        assertThat(database.asApplication(tenant, sql)).isNotNull();
        assertThat(database.asApplication(tenant, "insert into late_vectors (document_id) values ('late') returning 1"))
                .hasSize(1);
        VectorHomes.begin(database, tenant, "own");
        assertThat(database.asApplication(
                        tenant, "select copy_vectors(worker, 10) from job_leases where job = 'rehousing'"))
                .containsExactly("t");
    }
}
