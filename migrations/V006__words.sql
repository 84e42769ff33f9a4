-- V006: what is written to find documents by: words in the tenant's language, filter_terms, the spelling of names, and vectors.

set local lock_timeout = '10s';

alter table rhizome.tenants add column language text not null default 'english';

comment on column rhizome.tenants.language is 'Text search configuration that the tenant''s texts are read with.';

-- Words of names, by the groups of three letters in them: a word that nobody wrote is looked for among those like it.
create table rhizome.search_vocabulary (
  tenant_id uuid not null default rhizome.current_tenant(),
  trigram   text collate "C" not null,
  term      text collate "C" not null,
  constraint search_vocabulary_pkey primary key (tenant_id, trigram, term)
);
call rhizome.isolate('rhizome.search_vocabulary');
grant select, insert, update, delete on rhizome.search_vocabulary to rhizome_app;

comment on table rhizome.search_vocabulary is 'Terms of names, by trigram; a term stays when its last document goes.';

-- The terms of a document: lexemes of name (weight A) and text.
drop function rhizome.document_terms(text, text);
create function rhizome.document_terms(language regconfig, name text, body text) returns tsvector
  language sql immutable parallel safe
  return setweight(to_tsvector(language, name), 'A') || to_tsvector(language, body);

-- What a filter can look for by equality, as terms that no text has: U+0001 begins them. Like words they are found under
-- row-level security through an index, which containment of JSON is not. Terms may collide, so the filter is asked again.
create function rhizome.filter_terms(type text, metadata jsonb) returns text[]
  language sql immutable parallel safe
  return array(
    select E'\x01t' || type
     union all
    select distinct facet -- {"a":"=b","a=s":"b"} has one twice
      from (select E'\x01m' || key || case jsonb_typeof(value)
                     when 'string' then '=s' || (value #>> '{}')
                     when 'number' then '=n' || trim_scale((value #>> '{}')::numeric)
                     else '=b' || (value #>> '{}') end as facet
              from jsonb_each(metadata)
             where jsonb_typeof(value) in ('string', 'number', 'boolean')) as scalar
     where octet_length(facet) <= 200);

comment on function rhizome.filter_terms(text, jsonb) is 'Type and scalar metadata as terms of search_terms.';
comment on column rhizome.search_terms.frequency is 'Occurrences; one in the name counts three times, a facet none.';

-- A document that is written gets its vectors, and loses those that were made of what it was before. The writer says which
-- spaces it knows of; where the tenant has moved on since, it has to ask again (RZ001). The lock holds a move up until
-- the writer has committed, and is the one that a foreign key to the tenant takes.
create function rhizome.put_vectors(
  ids text[], in_space smallint, embeddings vector[], in_next_space smallint, next_embeddings vector[]) returns bigint
  language plpgsql volatile
  as $$
declare
  written bigint;
begin
  perform from rhizome.tenants
    where tenant_id = rhizome.current_tenant() and vector_space = in_space
      and next_vector_space is not distinct from in_next_space
      for key share;
  if not found then
    raise exception 'the tenant''s vector spaces have changed' using errcode = 'RZ001';
  end if;
  delete from rhizome.vectors
   where space = any (array(select s.space from rhizome.vector_spaces s)) and document_id = any (ids);
  insert into rhizome.vectors (space, document_id, embedding)
  select in_space, id, embedding from unnest(ids, embeddings) as given (id, embedding) where embedding is not null
   union all
  select in_next_space, id, embedding from unnest(ids, next_embeddings) as given (id, embedding)
   where embedding is not null;
  get diagnostics written = row_count;
  return written;
end
$$;

comment on function rhizome.put_vectors(text[], smallint, vector[], smallint, vector[])
  is 'Replaces the vectors of documents, in the space that answers and in the one that will.';

-- Puts documents into search, or replaces them. Every source calls it in the statement that writes the source's own rows.
-- The second statement sees what was committed while the first waited for a lock.
create function rhizome.index_documents(
  ids text[], types text[], names text[], bodies text[], confidences real[], metadatas jsonb[],
  in_space smallint, embeddings vector[], in_next_space smallint, next_embeddings vector[]) returns bigint
  language sql volatile
  begin atomic
    with documents as materialized (
      select t.*, rhizome.document_terms(tenant.language::regconfig, t.name, t.body) as tsv
        from unnest(ids, types, names, bodies, confidences, metadatas)
               as t (document_id, type, name, body, confidence, metadata),
             (select language from rhizome.tenants where tenant_id = rhizome.current_tenant()) as tenant
    ), words as materialized (
      select documents.document_id, l.lexeme as term, l.weights[1] = 'A' as in_name,
             least(32767, cardinality(l.positions) + 2 * cardinality(array_positions(l.weights, 'A'))) as frequency,
             cardinality(l.positions) as occurrences
        from documents, unnest(documents.tsv) as l
       where octet_length(l.lexeme) <= 200 -- longer ones are blobs, and would not fit a B-tree entry
    ), lengths as materialized (
      select document_id, sum(occurrences)::integer as length from words group by document_id
    ), postings as materialized (
      select document_id, term, frequency, lengths.length from words join lengths using (document_id)
       union all
      select document_id, facet, 0, 0 from documents, unnest(rhizome.filter_terms(type, metadata)) as facet
    ), old as materialized (
      select i.document_id, l.term
        from unnest(ids) as given (id)
       cross join lateral (select document_id, tsv, type, metadata from rhizome.hybrid_search_index
                            where document_id = given.id offset 0) as i
       cross join unnest(tsvector_to_array(i.tsv) || rhizome.filter_terms(i.type, i.metadata)) as l (term)
    ), stale as materialized (
      select s.ctid
        from (select document_id, term from old except select document_id, term from postings) as dropped
       cross join lateral (select ctid from rhizome.search_terms
                            where term = dropped.term and document_id = dropped.document_id offset 0) as s
    ), gone as (
      select rhizome.remove_postings(array(select ctid from stale)) as postings
    ), posted as (
      insert into rhizome.search_terms as s (term, document_id, frequency, length)
      select term, document_id, frequency, length from postings
          on conflict on constraint search_terms_pkey do update
         set frequency = excluded.frequency, length = excluded.length
       where (s.frequency, s.length) is distinct from (excluded.frequency, excluded.length)
    ), new_words as materialized (
      select distinct term
        from words
       where in_name and char_length(term) between 4 and 40
         and not exists (select from rhizome.search_vocabulary v
                          where v.trigram = (show_trgm(words.term))[1] and v.term = words.term)
    ), learned as (
      insert into rhizome.search_vocabulary (trigram, term)
      select trigram, term from new_words, unnest(show_trgm(term)) as trigram
       order by trigram, term -- two writers that learn the same words wait for each other in one order
          on conflict on constraint search_vocabulary_pkey do nothing
    ), indexed as (
      insert into rhizome.hybrid_search_index (document_id, type, name, text, tsv, length, confidence, metadata)
      select document_id, type, name, body, tsv, coalesce(lengths.length, 0), confidence, metadata
        from documents left join lengths using (document_id)
          on conflict on constraint hybrid_search_index_pkey do update
         set type = excluded.type, name = excluded.name, text = excluded.text, tsv = excluded.tsv,
             length = excluded.length, confidence = excluded.confidence, metadata = excluded.metadata,
             indexed_at = clock_timestamp()
      returning 1
    )
    select count(*) from indexed, gone;
    select rhizome.put_vectors(ids, in_space, embeddings, in_next_space, next_embeddings);
    select cardinality(ids)::bigint;
  end;

comment on function rhizome.index_documents(
  text[], text[], text[], text[], real[], jsonb[], smallint, vector[], smallint, vector[])
  is 'Puts documents into search, replacing what is there; gives how many.';

-- Takes documents out of search. The lock is that of put_vectors: whoever moves a tenant's vectors holds up all who change them.
create function rhizome.unindex_documents(ids text[]) returns bigint
  language plpgsql volatile
  as $$
declare
  removed_documents bigint;
begin
  with stale as materialized (
    select s.ctid
      from unnest(ids) as given (id)
     cross join lateral (select document_id, tsv, type, metadata from rhizome.hybrid_search_index
                          where document_id = given.id offset 0) as i
     cross join unnest(tsvector_to_array(i.tsv) || rhizome.filter_terms(i.type, i.metadata)) as l (term)
     cross join lateral (select ctid from rhizome.search_terms
                          where term = l.term and document_id = i.document_id offset 0) as s
  ), gone as (
    select rhizome.remove_postings(array(select ctid from stale)) as postings
  ), removed as (
    delete from rhizome.hybrid_search_index where document_id = any (ids) returning 1
  )
  select count(*) into removed_documents from removed, gone;
  perform from rhizome.tenants where tenant_id = rhizome.current_tenant() for key share;
  delete from rhizome.vectors
   where space = any (array(select s.space from rhizome.vector_spaces s)) and document_id = any (ids);
  return removed_documents;
end
$$;

comment on function rhizome.unindex_documents(text[]) is 'Takes documents out of search; gives how many were in it.';

-- What is in search already gets its filter_terms and teaches its words.
alter table rhizome.hybrid_search_index no force row level security;
alter table rhizome.search_terms no force row level security;
alter table rhizome.search_vocabulary no force row level security;
insert into rhizome.search_terms (tenant_id, term, document_id, frequency, length)
select tenant_id, facet, document_id, 0, 0
  from rhizome.hybrid_search_index, unnest(rhizome.filter_terms(type, metadata)) as facet;
insert into rhizome.search_vocabulary (tenant_id, trigram, term)
select distinct tenant_id, trigram, l.lexeme
  from rhizome.hybrid_search_index, unnest(tsv) as l, unnest(show_trgm(l.lexeme)) as trigram
 where l.weights[1] = 'A' and char_length(l.lexeme) between 4 and 40;
alter table rhizome.search_vocabulary force row level security;
alter table rhizome.search_terms force row level security;
alter table rhizome.hybrid_search_index force row level security;

revoke execute on all functions in schema rhizome from public;
grant execute on function
  rhizome.document_terms(regconfig, text, text),
  rhizome.filter_terms(text, jsonb),
  rhizome.put_vectors(text[], smallint, vector[], smallint, vector[]),
  rhizome.index_documents(text[], text[], text[], text[], real[], jsonb[], smallint, vector[], smallint, vector[]),
  rhizome.unindex_documents(text[])
  to rhizome_app;

-- The list gives whole rows, which have grown.
drop function rhizome.list_tenants(text, integer);
create function rhizome.list_tenants(after_slug text, most integer) returns setof rhizome.tenants
  language sql stable security definer
  set search_path = pg_catalog, pg_temp
  begin atomic
    select *
      from rhizome.tenants
     where slug > after_slug
     order by slug
     limit most;
  end;
revoke execute on function rhizome.list_tenants(text, integer) from public;
grant execute on function rhizome.list_tenants(text, integer) to rhizome_app;

comment on function rhizome.list_tenants(text, integer) is 'Tenants of all, by slug; for the operator only.';
