-- V006: performance events in one keyed chain a tenant, partitioned by month.

-- No foreign key leads to tenants: attaching a partition would lock that table. A batch holds a lock on its tenant's row
-- instead, see event_heads.
create table rhizome.performance_events (
  tenant_id   uuid        not null default rhizome.current_tenant(),
  sequence    bigint      not null,
  event_id    text        not null,
  type        text        not null,
  occurred_at timestamptz not null,
  received_at timestamptz not null,
  agent_id    text,
  task_id     text,
  latency     jsonb,
  accuracy    jsonb,
  resources   jsonb,
  compliance  jsonb,
  cost        jsonb,
  reliability jsonb,
  context     jsonb,
  metadata    jsonb,
  mac         bytea       not null,
  -- The partition key has to be in it. That an id is unique in its tenant whatever its time is checked by the writer, who
  -- holds the tenant's head; the id in front lets the same index answer that.
  constraint performance_events_pkey primary key (tenant_id, event_id, occurred_at),
  constraint performance_events_sequence_positive check (sequence > 0),
  constraint performance_events_id_length check (char_length(event_id) between 1 and 200),
  constraint performance_events_type_form check (type ~ '^[a-z0-9_]{1,64}$'),
  constraint performance_events_agent_length check (char_length(agent_id) between 1 and 200),
  constraint performance_events_task_length check (char_length(task_id) between 1 and 200),
  constraint performance_events_mac_is_sha256 check (octet_length(mac) = 32)
) partition by range (occurred_at);
call rhizome.isolate('rhizome.performance_events');
call rhizome.make_append_only('rhizome.performance_events');
grant select, insert on rhizome.performance_events to rhizome_app;
-- The chain in its order: verification, roll-ups of what is new, retention.
create index performance_events_chain on rhizome.performance_events (tenant_id, sequence);
-- All events newest first, those of one agent, and those of one type, which may be rare.
create index performance_events_newest on rhizome.performance_events (tenant_id, occurred_at, sequence);
create index performance_events_of_agent on rhizome.performance_events (tenant_id, agent_id, occurred_at, sequence);
create index performance_events_of_type on rhizome.performance_events (tenant_id, type, occurred_at, sequence);

comment on table rhizome.performance_events is 'What agents did and how well, by month; each row is bound to the one before by mac.';
comment on column rhizome.performance_events.mac
  is 'HMAC-SHA256 over every other column and the mac of the event before, with a key that is not in the database.';

create table rhizome.performance_events_before_2025 partition of rhizome.performance_events
  for values from (minvalue) to ('2025-01-01 00:00:00+00');
call rhizome.isolate('rhizome.performance_events_before_2025');

create table rhizome.event_heads (
  tenant_id   uuid        not null default rhizome.current_tenant(),
  sequence    bigint      not null default 0,
  mac         bytea       not null default decode(repeat('00', 32), 'hex'),
  seal        bytea,
  updated_at  timestamptz not null default now(),
  constraint event_heads_pkey primary key (tenant_id),
  constraint event_heads_sealed check (sequence = 0 or octet_length(seal) = 32)
) with (fillfactor = 50);
call rhizome.isolate('rhizome.event_heads');
alter table rhizome.event_heads add constraint event_heads_tenant_exists
  foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, update, delete on rhizome.event_heads to rhizome_app;
create policy operator_lists on rhizome.event_heads for select to rhizome_owner using (true);

comment on table rhizome.event_heads is 'Where each tenant''s chain of events ends; whoever appends locks it.';
comment on column rhizome.event_heads.seal is 'HMAC over sequence and mac, so that a head cannot be made of a row in the middle.';

create table rhizome.event_anchors (
  tenant_id uuid        not null default rhizome.current_tenant(),
  sequence  bigint      not null,
  mac       bytea       not null,
  events    bigint      not null,
  policy    text        not null,
  file      text,
  newest_at timestamptz not null,
  pruned_at timestamptz not null,
  seal      bytea       not null,
  constraint event_anchors_pkey primary key (tenant_id, sequence),
  constraint event_anchors_events_positive check (events > 0),
  constraint event_anchors_policy_known check (policy in ('delete', 'archive')),
  constraint event_anchors_archived_in_a_file check ((policy = 'archive') = (file is not null))
);
call rhizome.isolate('rhizome.event_anchors');
call rhizome.make_append_only('rhizome.event_anchors');
grant select, insert on rhizome.event_anchors to rhizome_app;

comment on table rhizome.event_anchors is 'Where chains begin since retention removed what was before: its last event''s mac.';
comment on column rhizome.event_anchors.newest_at is 'Latest time of a removed event; roll-ups up to its hour stay as they are.';

create table rhizome.event_upkeep (
  tenant_id    uuid        not null default rhizome.current_tenant(),
  rolled_up_to bigint      not null default 0,
  retained_at  timestamptz not null default '-infinity',
  constraint event_upkeep_pkey primary key (tenant_id)
);
call rhizome.isolate('rhizome.event_upkeep');
alter table rhizome.event_upkeep add constraint event_upkeep_tenant_exists
  foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, update, delete on rhizome.event_upkeep to rhizome_app;
create policy operator_lists on rhizome.event_upkeep for select to rhizome_owner using (true);

comment on table rhizome.event_upkeep is 'How far the background jobs are with a tenant''s events; the row is their lock.';
