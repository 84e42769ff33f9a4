-- V021: documents, kept whole and found by their chunks.

create table rhizome.documents (
  tenant_id    uuid        not null default rhizome.current_tenant(),
  document_id  text        not null,
  node_id      text        not null generated always as ('document:' || document_id) stored,
  title        text        not null,
  url          text,
  media_type   text        not null,
  input_hash   bytea       not null,
  text         text        not null,
  confidence   real        not null default 1,
  metadata     jsonb       not null default '{}',
  bytes        bigint      not null,
  pages        integer,
  chunks       integer     not null,
  next_chunk   integer     not null,
  revision     uuid        not null default gen_random_uuid(),
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  constraint documents_pkey primary key (tenant_id, document_id),
  constraint documents_id_form check (char_length(document_id) between 1 and 180 and document_id not like '%#%'),
  constraint documents_title_length check (char_length(title) between 1 and 500),
  constraint documents_media_type_known check (media_type in ('text/plain', 'text/markdown', 'text/html', 'application/pdf')),
  constraint documents_hash_is_sha256 check (octet_length(input_hash) = 32),
  constraint documents_confidence_range check (confidence between 0 and 1),
  constraint documents_counts check (bytes >= 0 and pages >= 0 and chunks >= 0 and next_chunk >= chunks)
);
call rhizome.isolate('rhizome.documents');
alter table rhizome.documents add constraint documents_tenant_exists
  foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, update, delete on rhizome.documents to rhizome_app;
create index documents_newest on rhizome.documents (tenant_id, updated_at desc, document_id desc);

comment on table rhizome.documents is 'Documents, whole; each is the node document:ID of the graph, behind which its chunks stand.';
comment on column rhizome.documents.next_chunk is 'Number of the next new chunk; no number is given twice.';
comment on column rhizome.documents.revision is 'Another one after each change, so that of two changes that began alike only one is made.';

create table rhizome.chunks (
  tenant_id uuid    not null default rhizome.current_tenant(),
  owner_id  text    not null,
  number    integer not null,
  node_id   text    not null generated always as (owner_id || '#' || number::text) stored,
  place     integer not null,
  starts_at integer not null,
  ends_at   integer not null,
  heading   text    not null,
  page      integer,
  text_hash bytea   not null,
  node_hash bytea   not null,
  constraint chunks_pkey primary key (tenant_id, owner_id, number),
  constraint chunks_range check (number > 0 and place > 0 and starts_at >= 0 and ends_at > starts_at and page > 0),
  constraint chunks_hashes_are_sha256 check (octet_length(text_hash) = 32 and octet_length(node_hash) = 32)
);
call rhizome.isolate('rhizome.chunks');
alter table rhizome.chunks add constraint chunks_node_exists
  foreign key (tenant_id, node_id) references rhizome.entities (tenant_id, entity_id) on delete cascade;
grant select, insert, update, delete on rhizome.chunks to rhizome_app;
create index chunks_in_order on rhizome.chunks (tenant_id, owner_id, place);
-- For the foreign key, when a node goes.
create index chunks_of_node on rhizome.chunks (tenant_id, node_id);

comment on table rhizome.chunks is 'Pieces of long texts: where each is in the text of its owner, and the node OWNER#NUMBER by which it is found.';
comment on column rhizome.chunks.text_hash is 'SHA-256 of what its vector is made of.';
comment on column rhizome.chunks.node_hash is 'SHA-256 of its whole node.';
