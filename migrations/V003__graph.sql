-- V003: the knowledge graph, entities and the typed weighted relationships between them.

create table rhizome.entities (
  tenant_id  uuid        not null default rhizome.current_tenant(),
  entity_id  text        not null,
  type       text        not null,
  name       text        not null,
  text       text        not null default '',
  confidence real        not null default 1,
  metadata   jsonb       not null default '{}',
  digest     bytea       not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  origin     text        not null default 'graph',
  constraint entities_pkey primary key (tenant_id, entity_id),
  constraint entities_id_length check (char_length(entity_id) between 1 and 200),
  constraint entities_type_form check (type ~ '^[A-Z0-9_]{1,64}$'),
  constraint entities_name_length check (char_length(name) between 1 and 500),
  constraint entities_confidence_range check (confidence between 0 and 1)
);
call rhizome.isolate('rhizome.entities');
alter table rhizome.entities add constraint entities_tenant_exists
  foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, update, delete on rhizome.entities to rhizome_app;

comment on table rhizome.entities is 'Nodes of the knowledge graph.';
comment on column rhizome.entities.digest is 'SHA-256 of what the writer sent; the same digest again means unchanged.';
comment on column rhizome.entities.origin is 'Who writes it: graph is the graph''s own routes, else the domain it stands for.';

create table rhizome.relationships (
  tenant_id  uuid        not null default rhizome.current_tenant(),
  source_id  text        not null,
  target_id  text        not null,
  type       text        not null,
  directed   boolean     not null default true,
  confidence real        not null default 1,
  strength   real        not null default 1,
  weight     real        not null generated always as (confidence * strength) stored,
  metadata   jsonb       not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  origin     text        not null default 'graph',
  constraint relationships_pkey primary key (tenant_id, source_id, type, target_id, directed),
  constraint relationships_no_self_edge check (source_id <> target_id),
  constraint relationships_undirected_once check (directed or source_id collate "C" < target_id collate "C"),
  constraint relationships_type_form check (type ~ '^[A-Z0-9_]{1,64}$'),
  constraint relationships_confidence_range check (confidence between 0 and 1),
  constraint relationships_strength_range check (strength between 0 and 1)
);
call rhizome.isolate('rhizome.relationships');
alter table rhizome.relationships add constraint relationships_source_exists
  foreign key (tenant_id, source_id) references rhizome.entities (tenant_id, entity_id) on delete cascade;
alter table rhizome.relationships add constraint relationships_target_exists
  foreign key (tenant_id, target_id) references rhizome.entities (tenant_id, entity_id) on delete cascade;
grant select, insert, update, delete on rhizome.relationships to rhizome_app;
-- One hop from either end, heaviest first: a hub's top edges are read without its other 100,000.
create index relationships_from_source on rhizome.relationships
  (tenant_id, source_id, weight desc, target_id) include (type, directed, confidence, strength);
create index relationships_from_target on rhizome.relationships
  (tenant_id, target_id, weight desc, source_id) include (type, directed, confidence, strength);

comment on table rhizome.relationships is 'Edges of the knowledge graph. An undirected one is stored once, smaller id first, and may stand beside directed ones of its type.';
comment on column rhizome.relationships.origin is 'Who writes it, as of entities.';
