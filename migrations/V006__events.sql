-- V006: performance events in one keyed chain a tenant, partitioned by month.

-- No foreign key leads to tenants: attaching a partition would lock that table. A batch holds a lock on its tenant's row
-- instead, see event_chains.
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
  -- holds the lock of the tenant's chain; the id in front lets the same index answer that.
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

create table rhizome.event_chains (
  tenant_id      uuid        not null default rhizome.current_tenant(),
  sequence       bigint      not null default 0,
  mac            bytea       not null default decode(repeat('00', 32), 'hex'),
  checkpoint_mac bytea,
  updated_at     timestamptz not null default now(),
  constraint event_chains_pkey primary key (tenant_id),
  constraint event_chains_checkpointed check (sequence = 0 or octet_length(checkpoint_mac) = 32)
) with (fillfactor = 50);
call rhizome.isolate('rhizome.event_chains');
alter table rhizome.event_chains add constraint event_chains_tenant_exists
  foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, update, delete on rhizome.event_chains to rhizome_app;
create policy operator_lists on rhizome.event_chains for select to rhizome_owner using (true);

comment on table rhizome.event_chains is 'Where each tenant''s chain of events ends; locked by its writers.';
comment on column rhizome.event_chains.checkpoint_mac is 'HMAC over sequence and mac, so that no row in the middle can be made the end.';

create table rhizome.event_truncations (
  tenant_id      uuid        not null default rhizome.current_tenant(),
  sequence       bigint      not null,
  mac            bytea       not null,
  events         bigint      not null,
  policy         text        not null,
  file           text,
  newest_at      timestamptz not null,
  pruned_at      timestamptz not null,
  truncation_mac bytea       not null,
  constraint event_truncations_pkey primary key (tenant_id, sequence),
  constraint event_truncations_events_positive check (events > 0),
  constraint event_truncations_policy_known check (policy in ('delete', 'archive')),
  constraint event_truncations_archived_in_a_file check ((policy = 'archive') = (file is not null))
);
call rhizome.isolate('rhizome.event_truncations');
call rhizome.make_append_only('rhizome.event_truncations');
grant select, insert on rhizome.event_truncations to rhizome_app;

comment on table rhizome.event_truncations is 'Where chains begin since retention removed the events before: the last of them.';
comment on column rhizome.event_truncations.newest_at is 'Latest time of a removed event; roll-ups up to its hour stay as they are.';

create table rhizome.event_progress (
  tenant_id    uuid        not null default rhizome.current_tenant(),
  processed_to bigint      not null default 0,
  retained_at  timestamptz not null default '-infinity',
  constraint event_progress_pkey primary key (tenant_id)
);
call rhizome.isolate('rhizome.event_progress');
alter table rhizome.event_progress add constraint event_progress_tenant_exists
  foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, update, delete on rhizome.event_progress to rhizome_app;
create policy operator_lists on rhizome.event_progress for select to rhizome_owner using (true);

comment on table rhizome.event_progress is 'How far the background jobs are with a tenant''s events; the row is their lock.';
comment on column rhizome.event_progress.processed_to is 'Roll-ups count the events up to here; retention removes none behind.';
