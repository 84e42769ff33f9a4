-- V005: vectors in a table of their own, a set a model, so that a tenant's model can be changed while the old one answers.

set local lock_timeout = '10s';

-- A vector space is what one model makes of texts: vectors of one are never compared with those of another.
create table rhizome.vector_spaces (
  space      smallint    not null,
  model      text        not null,
  dimension  integer     not null,
  created_at timestamptz not null default now(),
  constraint vector_spaces_pkey primary key (space),
  constraint vector_spaces_model_unique unique (model),
  constraint vector_spaces_model_length check (char_length(model) between 1 and 200),
  constraint vector_spaces_dimension_range check (dimension between 2 and 2000)
);
grant select on rhizome.vector_spaces to rhizome_app;

comment on table rhizome.vector_spaces is 'Embedding models that vectors were made with; no tenant''s data.';

-- Partitioned by space, since an HNSW index has one dimension, and below that by tenant: a large tenant can be given a
-- partition of its own (rhizome promote), all others share the default one. The application reaches the parent only.
create table rhizome.vectors (
  tenant_id uuid     not null default rhizome.current_tenant(),
  space     smallint not null,
  document_id  text     not null,
  embedding vector   not null,
  constraint vectors_pkey primary key (tenant_id, space, document_id)
) partition by list (space);
-- In line: an exact scan reads every vector of a tenant. Measured on 1,000 rows of 384 numbers: 2.8 ms out of line, 1.1 ms.
alter table rhizome.vectors alter column embedding set storage main;

comment on table rhizome.vectors is 'Vectors of the documents in hybrid_search_index, one a document and space.';

create procedure rhizome.index_vector_space(indexed smallint, hnsw_m integer, hnsw_ef_construction integer)
  language plpgsql
  set search_path = rhizome, public
  as $$
begin
  execute format(
    'create index vectors_%1$s_nearest on vectors_%1$s using hnsw ((embedding::vector(%2$s)) vector_cosine_ops)
       with (m = %3$s, ef_construction = %4$s)',
    indexed, (select dimension from vector_spaces where space = indexed), hnsw_m, hnsw_ef_construction);
end
$$;

comment on procedure rhizome.index_vector_space(smallint, integer, integer) is 'Indexes the vectors of a space.';

-- Makes room for the vectors of a model; does nothing where there is room already. Run after each migration, so that it may
-- meet a service at work: whoever uses the vectors waits for a new partition, but no longer than the lock is waited for.
create procedure rhizome.add_vector_space(
  new_model text, new_dimension integer, hnsw_m integer, hnsw_ef_construction integer)
  language plpgsql
  set search_path = rhizome, public
  set lock_timeout = '5s'
  as $$
declare
  known     rhizome.vector_spaces;
  new_space smallint;
begin
  lock table vector_spaces in share row exclusive mode;
  select * into known from vector_spaces where model = new_model;
  if found then
    if known.dimension <> new_dimension then
      raise exception 'the model % makes vectors of % numbers here, not of %', new_model, known.dimension, new_dimension
        using hint = 'give the other model another name';
    end if;
    return;
  end if;
  insert into vector_spaces (space, model, dimension)
  select coalesce(max(space), 0) + 1, new_model, new_dimension from vector_spaces
  returning space into new_space;
  execute format(
    'create table vectors_%1$s partition of vectors
       (constraint vectors_%1$s_dimension check (vector_dims(embedding) = %2$s))
       for values in (%1$s) partition by list (tenant_id)', new_space, new_dimension);
  call isolate(format('vectors_%s', new_space)::regclass);
  execute format('create table vectors_%1$s_shared partition of vectors_%1$s default', new_space);
  call isolate(format('vectors_%s_shared', new_space)::regclass);
  call index_vector_space(new_space, hnsw_m, hnsw_ef_construction);
end
$$;
revoke execute on procedure
  rhizome.index_vector_space(smallint, integer, integer), rhizome.add_vector_space(text, integer, integer, integer)
  from public;

comment on procedure rhizome.add_vector_space(text, integer, integer, integer)
  is 'Makes room for the vectors of a model; the owner calls it.';

alter table rhizome.tenants
  add column vector_space smallint not null default 1,
  add column next_vector_space smallint,
  add constraint tenants_vector_spaces_differ check (next_vector_space <> vector_space);

comment on column rhizome.tenants.vector_space is 'The space that the tenant is searched in.';
comment on column rhizome.tenants.next_vector_space is 'The space that is being filled to replace it, null where none is.';

-- These are replaced in V006, which knows the new table.
drop function rhizome.index_documents(text[], text[], text[], text[], real[], jsonb[], vector[], text);
drop function rhizome.unindex_documents(text[]);

-- Vectors move over, the model that made most of them first. The owner sees them while row-level security is not forced.
alter table rhizome.hybrid_search_index no force row level security;
alter table rhizome.tenants no force row level security;
do $$
declare
  known record;
begin
  for known in
    select embedding_model as model, max(vector_dims(embedding)) as dimension
      from rhizome.hybrid_search_index where embedding is not null group by 1 order by count(*) desc
  loop
    call rhizome.add_vector_space(known.model, known.dimension, ${hnswM}, ${hnswEfConstruction});
  end loop;
  for known in select space from rhizome.vector_spaces
  loop
    execute format('drop index rhizome.vectors_%s_nearest', known.space); -- faster made of all rows than row by row
  end loop;
end
$$;
insert into rhizome.vectors (tenant_id, space, document_id, embedding)
select i.tenant_id, s.space, i.document_id, i.embedding
  from rhizome.hybrid_search_index i join rhizome.vector_spaces s on s.model = i.embedding_model;
update rhizome.tenants t
   set vector_space = used.space
  from (select tenant_id, mode() within group (order by space) as space from rhizome.vectors group by tenant_id) as used
 where used.tenant_id = t.tenant_id and used.space <> t.vector_space;
do $$
declare
  known record;
begin
  for known in select space from rhizome.vector_spaces
  loop
    call rhizome.index_vector_space(known.space, ${hnswM}, ${hnswEfConstruction});
  end loop;
end
$$;
alter table rhizome.tenants force row level security;
alter table rhizome.hybrid_search_index force row level security;

alter table rhizome.hybrid_search_index
  drop constraint hybrid_search_index_model_named,
  drop column embedding,
  drop column embedding_model;

call rhizome.isolate('rhizome.vectors');
grant select, insert, update, delete on rhizome.vectors to rhizome_app;
