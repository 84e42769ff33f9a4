-- V004: what search reads, kept in step with its sources inside the writer's own statement.

create table rhizome.hybrid_search_index (
  tenant_id       uuid        not null default rhizome.current_tenant(),
  document_id        text        not null,
  type            text        not null,
  name            text        not null,
  text            text        not null,
  tsv             tsvector    not null,
  length          integer     not null,
  embedding       vector(${embeddingDimension}),
  embedding_model text,
  confidence      real        not null,
  metadata        jsonb       not null,
  indexed_at      timestamptz not null default now(),
  -- With the length, BM25's size and mean length of a tenant come from the index alone. No second index may start with
  -- the tenant: the planner takes a new tenant for one row, and would read all of it through the smaller index.
  constraint hybrid_search_index_pkey primary key (tenant_id, document_id) include (length),
  constraint hybrid_search_index_model_named check ((embedding is null) = (embedding_model is null))
);
call rhizome.isolate('rhizome.hybrid_search_index');
-- Long rows push their texts out of line before their vector: an exact scan reads every vector, and no text. Measured on
-- 1,000 rows of 384 numbers: 2.8 ms with the vectors out of line, 1.1 ms in line.
alter table rhizome.hybrid_search_index alter column embedding set storage main;
grant select, insert, update, delete on rhizome.hybrid_search_index to rhizome_app;
-- Nearest neighbours of large tenants; small ones are read whole through the primary key.
create index hybrid_search_index_nearest on rhizome.hybrid_search_index
  using hnsw (embedding vector_cosine_ops) with (m = ${hnswM}, ef_construction = ${hnswEfConstruction});

comment on table rhizome.hybrid_search_index is 'One row a searchable document, whatever table it comes from.';
comment on column rhizome.hybrid_search_index.length is 'Terms of name and text together, the document length of BM25.';

-- An inverted index as a table: equality on text is leakproof, so row-level security leaves its B-tree usable, and the
-- number of a tenant's rows a term has is that tenant's alone (docs/adr/0005).
create table rhizome.search_terms (
  tenant_id uuid     not null default rhizome.current_tenant(),
  term      text     collate "C" not null,
  document_id  text     not null,
  frequency smallint not null,
  length    integer  not null,
  constraint search_terms_pkey primary key (tenant_id, term, document_id) include (frequency, length)
);
call rhizome.isolate('rhizome.search_terms');
grant select, insert, update, delete on rhizome.search_terms to rhizome_app;
-- Index-only scans need a fresh visibility map, also where rows are only ever inserted.
alter table rhizome.search_terms set (autovacuum_vacuum_insert_scale_factor = 0.05);

comment on table rhizome.search_terms is 'Which documents contain a term, how often, and how long they are.';
comment on column rhizome.search_terms.frequency is 'Occurrences; one in the name counts three times.';

-- The terms of a document: lexemes of name (weight A) and text.
create function rhizome.document_terms(name text, body text) returns tsvector
  language sql immutable parallel safe
  return setweight(to_tsvector('pg_catalog.english', name), 'A') || to_tsvector('pg_catalog.english', body);

-- Statistics do not know a tenant until the next ANALYZE, and the planner then expects one row of it and joins in any
-- order: 31 s for 250 documents of a tenant of 5,000. Hence the laterals with offset 0, which it cannot reorder: each key is
-- looked up in the index, however large the tenant is.

-- Removes postings by their place in the table. Switched off is what would read the tenant instead.
create function rhizome.remove_postings(places tid[]) returns bigint
  language sql volatile
  set enable_indexscan = off
  set enable_bitmapscan = off
  set enable_seqscan = off
  begin atomic
    with gone as (
      delete from rhizome.search_terms where ctid = any (places) returning 1
    )
    select count(*) from gone;
  end;

comment on function rhizome.remove_postings(tid[]) is 'Removes postings found just before, in the same statement.';

-- Puts documents into search, or replaces them. Every source calls it in the statement that writes the source's own rows.
create function rhizome.index_documents(
  ids text[], types text[], names text[], bodies text[], confidences real[], metadatas jsonb[], embeddings vector[],
  model text) returns bigint
  language sql volatile
  begin atomic
    with documents as materialized (
      select t.*, rhizome.document_terms(t.name, t.body) as tsv
        from unnest(ids, types, names, bodies, confidences, metadatas, embeddings)
          as t (document_id, type, name, body, confidence, metadata, embedding)
    ), postings as materialized (
      select documents.document_id, l.lexeme as term,
             least(32767, cardinality(l.positions) + 2 * cardinality(array_positions(l.weights, 'A'))) as frequency,
             cardinality(l.positions) as occurrences
        from documents, unnest(documents.tsv) as l
       where octet_length(l.lexeme) <= 200 -- longer ones are blobs, and would not fit a B-tree entry
    ), lengths as materialized (
      select document_id, sum(occurrences)::integer as length from postings group by document_id
    ), old as materialized (
      select i.document_id, l.lexeme as term
        from unnest(ids) as given (id)
       cross join lateral (select document_id, tsv from rhizome.hybrid_search_index where document_id = given.id offset 0) as i
       cross join unnest(i.tsv) as l
    ), stale as materialized (
      select s.ctid
        from (select document_id, term from old except select document_id, term from postings) as dropped
       cross join lateral (select ctid from rhizome.search_terms
                            where term = dropped.term and document_id = dropped.document_id offset 0) as s
    ), gone as (
      select rhizome.remove_postings(array(select ctid from stale)) as postings
    ), posted as (
      insert into rhizome.search_terms as s (term, document_id, frequency, length)
      select term, document_id, frequency, lengths.length from postings join lengths using (document_id)
          on conflict on constraint search_terms_pkey do update
         set frequency = excluded.frequency, length = excluded.length
       where (s.frequency, s.length) is distinct from (excluded.frequency, excluded.length)
    ), indexed as (
      insert into rhizome.hybrid_search_index
        (document_id, type, name, text, tsv, length, embedding, embedding_model, confidence, metadata)
      select document_id, type, name, body, tsv, coalesce(lengths.length, 0), embedding,
             case when embedding is not null then model end, confidence, metadata
        from documents left join lengths using (document_id)
          on conflict on constraint hybrid_search_index_pkey do update
         set type = excluded.type, name = excluded.name, text = excluded.text, tsv = excluded.tsv,
             length = excluded.length, embedding = excluded.embedding, embedding_model = excluded.embedding_model,
             confidence = excluded.confidence, metadata = excluded.metadata, indexed_at = now()
      returning 1
    )
    select count(*) from indexed, gone;
  end;

comment on function rhizome.index_documents(text[], text[], text[], text[], real[], jsonb[], vector[], text)
  is 'Puts documents into hybrid_search_index and search_terms, replacing what is there; gives how many.';

-- Takes documents out of search.
create function rhizome.unindex_documents(ids text[]) returns bigint
  language sql volatile
  begin atomic
    with stale as materialized (
      select s.ctid
        from unnest(ids) as given (id)
       cross join lateral (select document_id, tsv from rhizome.hybrid_search_index where document_id = given.id offset 0) as i
       cross join unnest(i.tsv) as l
       cross join lateral (select ctid from rhizome.search_terms
                            where term = l.lexeme and document_id = i.document_id offset 0) as s
    ), gone as (
      select rhizome.remove_postings(array(select ctid from stale)) as postings
    ), removed as (
      delete from rhizome.hybrid_search_index where document_id = any (ids) returning 1
    )
    select count(*) from removed, gone;
  end;

comment on function rhizome.unindex_documents(text[]) is 'Takes documents out of search; gives how many were in it.';

revoke execute on all functions in schema rhizome from public;
grant execute on function
  rhizome.current_tenant(),
  rhizome.document_terms(text, text),
  rhizome.remove_postings(tid[]),
  rhizome.index_documents(text[], text[], text[], text[], real[], jsonb[], vector[], text),
  rhizome.unindex_documents(text[]),
  rhizome.list_tenants(text, integer)
  to rhizome_app;

-- The service compares the schema's version with its own before it starts.
grant select on rhizome.flyway_schema_history to rhizome_app;
