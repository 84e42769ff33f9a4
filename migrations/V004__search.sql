-- V004: what search reads, kept in step with its sources inside the writer's own statement.

create table rhizome.hybrid_search_index (
  tenant_id   uuid        not null default rhizome.current_tenant(),
  document_id text        not null,
  type        text        not null,
  name        text        not null,
  text        text        not null,
  tsv         tsvector    not null,
  length      integer     not null,
  confidence  real        not null,
  metadata    jsonb       not null,
  indexed_at  timestamptz not null default now(),
  -- With the length, BM25's size and mean length of a tenant come from the index alone. No second index may start with
  -- the tenant: the planner takes a new tenant for one row, and would read all of it through the smaller index.
  constraint hybrid_search_index_pkey primary key (tenant_id, document_id) include (length)
);
call rhizome.isolate('rhizome.hybrid_search_index');
grant select, insert, update, delete on rhizome.hybrid_search_index to rhizome_app;

comment on table rhizome.hybrid_search_index is 'One row a searchable document, whatever table it comes from.';
comment on column rhizome.hybrid_search_index.length is 'Terms of name and text together, the document length of BM25.';

-- An inverted index as a table: equality on text is leakproof, so row-level security leaves its B-tree usable, and the
-- number of a tenant's rows a term has is that tenant's alone (docs/adr/0005).
create table rhizome.search_terms (
  tenant_id   uuid     not null default rhizome.current_tenant(),
  term        text     collate "C" not null,
  document_id text     not null,
  frequency   smallint not null,
  length      integer  not null,
  constraint search_terms_pkey primary key (tenant_id, term, document_id) include (frequency, length)
);
call rhizome.isolate('rhizome.search_terms');
grant select, insert, update, delete on rhizome.search_terms to rhizome_app;
-- Index-only scans need a fresh visibility map, also where rows are only ever inserted.
alter table rhizome.search_terms set (autovacuum_vacuum_insert_scale_factor = 0.05);

comment on table rhizome.search_terms is 'Which documents contain a term, how often, and how long they are.';
comment on column rhizome.search_terms.frequency
  is 'Occurrences; one in the name counts three times, a filter term none.';

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

-- Partitioned by tenant: a large one can be given a partition of its own (rhizome promote), all others share the default
-- one. The application reaches the parent only. An HNSW index has one dimension, so each space has its own, over the rows
-- of that space (add_vector_space, docs/adr/0016).
create table rhizome.vectors (
  tenant_id   uuid     not null default rhizome.current_tenant(),
  space       smallint not null,
  document_id text     not null,
  embedding   vector   not null,
  constraint vectors_pkey primary key (tenant_id, space, document_id),
  constraint vectors_dimension check (false) -- until there is a space; add_vector_space says its dimension here
) partition by list (tenant_id);
call rhizome.isolate('rhizome.vectors');
grant select, insert, update, delete on rhizome.vectors to rhizome_app;
-- In line: an exact scan reads every vector of a tenant. Measured on 1,000 rows of 384 numbers: 2.8 ms out of line, 1.1 ms.
alter table rhizome.vectors alter column embedding set storage main;

comment on table rhizome.vectors is 'Vectors of the documents in hybrid_search_index, one a document and space.';

create table rhizome.vectors_shared partition of rhizome.vectors default;
call rhizome.isolate('rhizome.vectors_shared');

create table rhizome.reembedding_jobs (
  tenant_id   uuid        not null default rhizome.current_tenant(),
  from_space  smallint    not null,
  to_space    smallint    not null,
  state       text        not null default 'filling',
  documents   bigint      not null,
  filled      bigint      not null default 0,
  started_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  switched_at timestamptz,
  ended_at    timestamptz,
  constraint reembedding_jobs_pkey primary key (tenant_id),
  constraint reembedding_jobs_state_known check (state in ('filling', 'clearing', 'cancelling', 'done', 'cancelled')),
  constraint reembedding_jobs_ended check ((state in ('done', 'cancelled')) = (ended_at is not null))
);
call rhizome.isolate('rhizome.reembedding_jobs');
alter table rhizome.reembedding_jobs add constraint reembedding_jobs_tenant_exists
  foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, update, delete on rhizome.reembedding_jobs to rhizome_app;
-- open_reembedding_jobs runs as the owner, which forced row-level security would otherwise blind.
create policy operator_lists on rhizome.reembedding_jobs for select to rhizome_owner using (true);

comment on table rhizome.reembedding_jobs is 'The last move of each tenant to another embedding model.';
comment on column rhizome.reembedding_jobs.state
  is 'filling the new space, clearing the old one after the switch, cancelling by clearing the new one; then ended.';
