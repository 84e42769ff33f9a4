-- V022: what was searched for, without the words.

create table rhizome.graph_search_sessions (
  tenant_id    uuid        not null default rhizome.current_tenant(),
  session_id   uuid        not null,
  searched_at  timestamptz not null,
  query_hash   bytea,
  kind         text        not null,
  max_results  integer     not null,
  hops         smallint    not null,
  hits         integer     not null,
  related      integer     not null,
  complete     boolean     not null,
  took_ms      real        not null,
  vector_ms    real,
  text_ms      real,
  graph_ms     real,
  vector_plan  text,
  constraint graph_search_sessions_pkey primary key (tenant_id, searched_at, session_id),
  constraint graph_search_sessions_hash_is_sha256 check (octet_length(query_hash) = 32),
  constraint graph_search_sessions_kind_known check (kind in ('vector', 'text', 'hybrid')),
  constraint graph_search_sessions_counts
    check (max_results > 0 and hops >= 0 and hits >= 0 and related >= 0 and took_ms >= 0)
);
call rhizome.isolate('rhizome.graph_search_sessions');
alter table rhizome.graph_search_sessions
  add constraint graph_search_sessions_tenant_exists foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, delete on rhizome.graph_search_sessions to rhizome_app;

comment on table rhizome.graph_search_sessions is 'Searches, a row each, written a moment later and kept for a while; of their words only a hash.';
comment on column rhizome.graph_search_sessions.query_hash is 'SHA-256 of tenant and words, null where only a vector was given.';
