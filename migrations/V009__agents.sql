-- V009: agents, what they can do, how they did, and how they stand to each other.

create table rhizome.agent_profiles (
  tenant_id      uuid        not null default rhizome.current_tenant(),
  agent_id       text        not null,
  node_id        text        not null generated always as ('agent:' || agent_id) stored,
  name           text        not null,
  model_family   text        not null,
  description    text        not null default '',
  status         text        not null default 'available',
  max_concurrent integer     not null default 10,
  metadata       jsonb       not null default '{}',
  card           jsonb,
  registered_at  timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  deleted_at     timestamptz,
  constraint agent_profiles_pkey primary key (tenant_id, agent_id),
  constraint agent_profiles_node_unique unique (tenant_id, node_id),
  constraint agent_profiles_name_unique unique (tenant_id, name),
  constraint agent_profiles_id_length check (char_length(agent_id) between 1 and 180),
  constraint agent_profiles_name_length check (char_length(name) between 1 and 500),
  constraint agent_profiles_model_length check (char_length(model_family) between 1 and 100),
  constraint agent_profiles_status_known check (status in ('available', 'busy', 'offline', 'maintenance')),
  constraint agent_profiles_capacity_range check (max_concurrent between 1 and 1000000)
);
call rhizome.isolate('rhizome.agent_profiles');
alter table rhizome.agent_profiles add constraint agent_profiles_tenant_exists
  foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, update, delete on rhizome.agent_profiles to rhizome_app;

comment on table rhizome.agent_profiles is 'Agents; each stands in the graph and in search as the node agent:ID until it is deleted.';
comment on column rhizome.agent_profiles.card is 'The A2A Agent Card that it was made of, as it came.';
comment on column rhizome.agent_profiles.deleted_at is 'Soft deletion: it is kept, and neither listed, matched nor found.';

create table rhizome.agent_capabilities (
  tenant_id uuid not null default rhizome.current_tenant(),
  agent_id  text not null,
  kind      text not null,
  canonical text not null,
  value     text not null,
  constraint agent_capabilities_pkey primary key (tenant_id, agent_id, kind, canonical),
  constraint agent_capabilities_kind_known check (kind in ('task_type', 'language', 'specialization')),
  constraint agent_capabilities_value_length check (char_length(value) between 1 and 100)
);
call rhizome.isolate('rhizome.agent_capabilities');
alter table rhizome.agent_capabilities add constraint agent_capabilities_agent_exists
  foreign key (tenant_id, agent_id) references rhizome.agent_profiles (tenant_id, agent_id) on delete cascade;
grant select, insert, update, delete on rhizome.agent_capabilities to rhizome_app;
create index agent_capabilities_by_value on rhizome.agent_capabilities (tenant_id, kind, canonical, agent_id);

comment on table rhizome.agent_capabilities is 'What an agent declares that it can do, in words of its own; looked up in lower case.';

create table rhizome.current_load (
  tenant_id      uuid        not null default rhizome.current_tenant(),
  agent_id       text        not null,
  active         integer     not null default 0,
  queued         integer     not null default 0,
  last_active_at timestamptz not null default now(),
  constraint current_load_pkey primary key (tenant_id, agent_id),
  constraint current_load_not_negative check (active >= 0 and queued >= 0)
);
call rhizome.isolate('rhizome.current_load');
alter table rhizome.current_load add constraint current_load_agent_exists
  foreign key (tenant_id, agent_id) references rhizome.agent_profiles (tenant_id, agent_id) on delete cascade;
grant select, insert, update, delete on rhizome.current_load to rhizome_app;

create index current_load_newest on rhizome.current_load (tenant_id, last_active_at desc, agent_id desc);

comment on table rhizome.current_load
  is 'What changes all the time of an agent: tasks that it works on, that wait, and when it was heard of last.';

create table rhizome.agent_performance_history (
  tenant_id     uuid        not null default rhizome.current_tenant(),
  agent_id      text        not null,
  task_type     text        not null,
  task_count    bigint      not null,
  success_count bigint      not null,
  quality_total numeric     not null,
  latency_total bigint      not null,
  tokens_total  bigint      not null,
  last_at       timestamptz not null,
  constraint agent_performance_history_pkey primary key (tenant_id, agent_id, task_type),
  constraint agent_performance_history_sums check (
    task_count > 0 and success_count between 0 and task_count and quality_total between 0 and task_count
    and latency_total >= 0 and tokens_total >= 0)
);
call rhizome.isolate('rhizome.agent_performance_history');
alter table rhizome.agent_performance_history add constraint agent_performance_history_agent_exists
  foreign key (tenant_id, agent_id) references rhizome.agent_profiles (tenant_id, agent_id) on delete cascade;
grant select, insert, update, delete on rhizome.agent_performance_history to rhizome_app;

comment on table rhizome.agent_performance_history
  is 'Sums of an agent''s outcomes by task type ('''' for none), of which means are made: sums lose no update.';

create table rhizome.agent_performance_events (
  tenant_id   uuid          not null default rhizome.current_tenant(),
  agent_id    text          not null,
  event_id    text          not null,
  task_id     text,
  task_type   text          not null,
  success     boolean       not null,
  quality     numeric(6, 5) not null,
  latency_ms  bigint        not null,
  tokens      bigint,
  recorded_at timestamptz   not null default now(),
  constraint agent_performance_events_pkey primary key (tenant_id, agent_id, event_id),
  constraint agent_performance_events_ranges check (
    quality between 0 and 1 and latency_ms between 0 and 1000000000000 and tokens between 0 and 1000000000000)
);
call rhizome.isolate('rhizome.agent_performance_events');
alter table rhizome.agent_performance_events add constraint agent_performance_events_agent_exists
  foreign key (tenant_id, agent_id) references rhizome.agent_profiles (tenant_id, agent_id) on delete cascade;
grant select, insert, update, delete on rhizome.agent_performance_events to rhizome_app;
create index agent_performance_events_newest on rhizome.agent_performance_events
  (tenant_id, agent_id, recorded_at desc, event_id desc);

comment on table rhizome.agent_performance_events is 'Outcomes of tasks, one a row; an id that comes again is counted once.';

create table rhizome.agent_capabilities_graph (
  tenant_id             uuid        not null default rhizome.current_tenant(),
  agent_id              text        not null,
  node_id               text        not null,
  capability_type       text        not null default 'CAPABILITY',
  capability_name       text        not null,
  canonical_name        text        not null,
  aliases               text[]      not null default '{}',
  confidence            real        not null,
  extraction_confidence real,
  validation_status     text        not null default 'unvalidated',
  source_tasks          text[]      not null default '{}',
  demonstration_count   bigint      not null default 1,
  success_count         bigint,
  success_rate          real generated always as ((success_count::float8 / demonstration_count)::real) stored,
  metadata              jsonb       not null default '{}',
  first_observed        timestamptz not null default now(),
  last_updated          timestamptz not null default now(),
  last_demonstrated     timestamptz,
  constraint agent_capabilities_graph_pkey primary key (tenant_id, agent_id, node_id),
  constraint agent_capabilities_graph_type_form check (capability_type ~ '^[A-Z0-9_]{1,64}$'),
  constraint agent_capabilities_graph_name_length check (char_length(capability_name) between 1 and 500),
  constraint agent_capabilities_graph_name_canonical check (canonical_name ~ '^[^[:space:]]+( [^[:space:]]+)*$'),
  constraint agent_capabilities_graph_confidence_range check (confidence between 0.7::real and 1),
  constraint agent_capabilities_graph_extraction_range check (extraction_confidence between 0 and 1),
  constraint agent_capabilities_graph_status_known check (validation_status in ('validated', 'unvalidated', 'rejected')),
  constraint agent_capabilities_graph_counts check (
    demonstration_count > 0 and success_count between 0 and demonstration_count)
);
call rhizome.isolate('rhizome.agent_capabilities_graph');
alter table rhizome.agent_capabilities_graph add constraint agent_capabilities_graph_agent_exists
  foreign key (tenant_id, agent_id) references rhizome.agent_profiles (tenant_id, agent_id) on delete cascade;
alter table rhizome.agent_capabilities_graph add constraint agent_capabilities_graph_node_exists
  foreign key (tenant_id, node_id) references rhizome.entities (tenant_id, entity_id);
grant select, insert, update, delete on rhizome.agent_capabilities_graph to rhizome_app;
create index agent_capabilities_graph_of_node on rhizome.agent_capabilities_graph (tenant_id, node_id, confidence desc, agent_id);

comment on table rhizome.agent_capabilities_graph
  is 'What agents have been seen to be able to do. Agents with the same canonical name share the node, which joins them.';

create table rhizome.entity_chunk_mappings (
  tenant_id             uuid        not null default rhizome.current_tenant(),
  agent_id              text        not null,
  node_id               text        not null,
  chunk_id              text        not null,
  mention_digest        bytea       not null,
  chunk_type            text        not null,
  mention_text          text        not null,
  mention_context       text,
  start_position        integer,
  end_position          integer,
  extraction_method     text        not null,
  extraction_confidence real        not null,
  recorded_at           timestamptz not null default now(),
  constraint entity_chunk_mappings_pkey primary key (tenant_id, agent_id, node_id, chunk_id, mention_digest),
  constraint entity_chunk_mappings_chunk_length check (char_length(chunk_id) between 1 and 200),
  constraint entity_chunk_mappings_digest_is_sha256 check (octet_length(mention_digest) = 32),
  constraint entity_chunk_mappings_type_known check (chunk_type in ('task', 'benchmark', 'research', 'training')),
  constraint entity_chunk_mappings_method_known check (extraction_method in ('manual', 'nlp', 'llm', 'rule-based')),
  constraint entity_chunk_mappings_confidence_range check (extraction_confidence between 0 and 1),
  constraint entity_chunk_mappings_positions check (
    (start_position is null) = (end_position is null) and start_position >= 0 and start_position < end_position)
);
call rhizome.isolate('rhizome.entity_chunk_mappings');
alter table rhizome.entity_chunk_mappings add constraint entity_chunk_mappings_capability_exists
  foreign key (tenant_id, agent_id, node_id) references rhizome.agent_capabilities_graph (tenant_id, agent_id, node_id) on delete cascade;
grant select, insert, update, delete on rhizome.entity_chunk_mappings to rhizome_app;

comment on table rhizome.entity_chunk_mappings is 'Why an agent has a capability: where that was read, word for word.';

create table rhizome.agent_relationships (
  tenant_id                    uuid        not null default rhizome.current_tenant(),
  source_id                    text        not null,
  type                         text        not null,
  target_id                    text        not null,
  is_directional               boolean     not null default false,
  confidence                   real        not null,
  strength                     real        not null default 1,
  cooccurrence_count           bigint      not null default 1,
  supporting_tasks             text[]      not null default '{}',
  extraction_context           text,
  mutual_information           float8,
  pointwise_mutual_information float8,
  metadata                     jsonb       not null default '{}',
  created_at                   timestamptz not null default now(),
  updated_at                   timestamptz not null default now(),
  last_observed                timestamptz not null default now(),
  constraint agent_relationships_pkey primary key (tenant_id, source_id, type, target_id, is_directional),
  constraint agent_relationships_no_self_edge check (source_id <> target_id),
  constraint agent_relationships_undirected_once check (is_directional or source_id collate "C" < target_id collate "C"),
  constraint agent_relationships_type_known check (type in (
    'COLLABORATES_WITH', 'SIMILAR_TO', 'DERIVED_FROM', 'VALIDATES', 'DEPENDS_ON', 'COMPETES_WITH', 'INFLUENCES',
    'REPLACES', 'ENHANCES')),
  constraint agent_relationships_confidence_range check (confidence between 0.5 and 1),
  constraint agent_relationships_strength_range check (strength between 0 and 1),
  constraint agent_relationships_count_positive check (cooccurrence_count > 0)
);
call rhizome.isolate('rhizome.agent_relationships');
alter table rhizome.agent_relationships add constraint agent_relationships_source_exists
  foreign key (tenant_id, source_id) references rhizome.agent_profiles (tenant_id, node_id) on delete cascade;
alter table rhizome.agent_relationships add constraint agent_relationships_target_exists
  foreign key (tenant_id, target_id) references rhizome.agent_profiles (tenant_id, node_id) on delete cascade;
grant select, insert, update, delete on rhizome.agent_relationships to rhizome_app;
create index agent_relationships_from_target on rhizome.agent_relationships (tenant_id, target_id, source_id, type);

comment on table rhizome.agent_relationships
  is 'How agents stand to each other and what shows it; each is an edge of the graph too while both agents are in it.';

create table rhizome.agent_centrality (
  tenant_id       uuid        not null default rhizome.current_tenant(),
  agent_id        text        not null,
  degree          integer     not null,
  weighted_degree float8      not null,
  pagerank        float8      not null,
  betweenness     float8,
  computed_at     timestamptz not null,
  constraint agent_centrality_pkey primary key (tenant_id, agent_id)
);
call rhizome.isolate('rhizome.agent_centrality');
alter table rhizome.agent_centrality add constraint agent_centrality_agent_exists
  foreign key (tenant_id, agent_id) references rhizome.agent_profiles (tenant_id, agent_id) on delete cascade;
grant select, insert, update, delete on rhizome.agent_centrality to rhizome_app;
create index agent_centrality_by_pagerank on rhizome.agent_centrality (tenant_id, pagerank desc, agent_id);

comment on table rhizome.agent_centrality is 'Centrality of agents in the graph of their relationships, as of the last batch.';
