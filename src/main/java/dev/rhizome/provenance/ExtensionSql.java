package dev.rhizome.provenance;

/** The statement that writes an {@link Extension}: entries, payloads, what they mention, and the chain's new end. */
final class ExtensionSql {

    private static final String GIVEN = """
            with given as materialized (
              select *
                from jsonb_to_recordset($%d::text::jsonb)
                  as t (sequence bigint, type text, id text, parent_type text, parent_id text, refs text[], spec_hash text,
                        evidence real, budget real, gate real, clarity real, about text[], relationships text[],
                        derived_from text[], erases bigint[], happened_at timestamptz, payload_hash text,
                        recorded_at timestamptz, writer text, role text, previous_hash text, version smallint,
                        key_id text, hash text, signature text, salt text, subject text, description text,
                        metadata jsonb)
            ), chained as (
              insert into caws_provenance_graph
                (sequence, entity_type, entity_id, parent_type, parent_id, constitutional_refs, spec_hash,
                 evidence_completeness, budget_adherence, gate_integrity, provenance_clarity, about, relationships,
                 derived_from, erases, happened_at, payload_hash, recorded_at, writer, writer_role, previous_hash,
                 version, key_id, hash, signature)
              select sequence, type, id, parent_type, parent_id, refs, spec_hash, evidence, budget, gate, clarity, about,
                     relationships, derived_from, erases, happened_at, decode(payload_hash, 'hex'), recorded_at, writer,
                     role, decode(previous_hash, 'hex'), version, key_id, decode(hash, 'hex'), decode(signature, 'hex')
                from given
            ), paid as (
              insert into provenance_payloads (sequence, salt, subject, description, metadata)
              select sequence, decode(salt, 'hex'), subject, description, metadata from given where salt is not null
            ), mentioned as (
              insert into provenance_mentions (role, name, sequence)
              select 'reference', name, sequence from given, unnest(refs) as name
               union
              select 'about', name, sequence from given, unnest(about) as name
               union
              select 'derived-from', name, sequence from given, unnest(derived_from) as name
               union
              select 'relationship', name, sequence from given, unnest(relationships) as name
            ), advanced as (
              update provenance_chains c
                 set sequence = newest.sequence, hash = decode(newest.hash, 'hex')
                from (select sequence, hash from given order by sequence desc limit 1) as newest
               where c.tenant_id = current_tenant()
            )
            """;

    /** With the entries as {@code $1}. */
    static final String WITHOUT_NODES = GIVEN.formatted(1) + "select 1";

    private static final int BEHIND_THE_ARRAYS = 11;

    private ExtensionSql() {}

    /** With the entries as {@code $11}, behind the arguments of {@code putNodes}. */
    static String withNodes(String putNodes) {
        return GIVEN.formatted(BEHIND_THE_ARRAYS) + "select " + putNodes;
    }
}
