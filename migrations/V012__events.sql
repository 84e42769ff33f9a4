-- V012: performance events in one keyed chain a tenant, partitioned by month, with what is computed and decided from them.

set local lock_timeout = '10s';

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

-- Runs as the owner, who alone may make tables. Neither readers nor writers wait: the month is attached, not created in
-- place, and an empty table without foreign keys attaches under a lock that conflicts with nothing they take.
create function rhizome.add_event_partition(month date) returns boolean
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '5s'
  as $$
declare
  first constant timestamp := date_trunc('month', month::timestamp);
  name  constant text      := 'performance_events_' || to_char(first, 'YYYY_MM');
begin
  if first > now() at time zone 'UTC' + interval '2 months' then
    raise exception 'month: % (expected: at most two months from now)', month using errcode = '22023';
  end if;
  if first < '2025-01-01' then
    return false;
  end if;
  -- One at a time. An advisory lock would not do: behind it, the catalogue is still seen as it was before.
  lock table rhizome.performance_events in share update exclusive mode;
  if to_regclass('rhizome.' || name) is not null then
    return false;
  end if;
  execute format('create table rhizome.%I (like rhizome.performance_events including defaults including constraints)', name);
  call rhizome.isolate(format('rhizome.%I', name)::regclass);
  execute format('alter table rhizome.performance_events attach partition rhizome.%I for values from (%L) to (%L)',
                 name, first || '+00', first + interval '1 month' || '+00');
  return true;
end
$$;

comment on function rhizome.add_event_partition(date) is 'Makes room for the events of a month; whether it had to.';

create table rhizome.event_heads (
  tenant_id   uuid        not null default rhizome.current_tenant(),
  sequence    bigint      not null default 0,
  mac         bytea       not null default decode(repeat('00', 32), 'hex'),
  seal        bytea,
  updated_at  timestamptz not null default now(),
  constraint event_heads_pkey primary key (tenant_id),
  constraint event_heads_tenant_exists foreign key (tenant_id) references rhizome.tenants (tenant_id),
  constraint event_heads_sealed check (sequence = 0 or octet_length(seal) = 32)
) with (fillfactor = 50);
call rhizome.isolate('rhizome.event_heads');
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

-- Runs as the owner, for whom row-level security holds too, since the service may not delete events. Only a prefix of the
-- chain that an anchor stands for can go.
create function rhizome.prune_events(upto bigint, most integer) returns bigint
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
  as $$
declare
  lowest  bigint;
  removed bigint;
begin
  if not exists (select from rhizome.event_anchors a
                  where a.tenant_id = rhizome.current_tenant() and a.sequence >= upto) then
    raise exception 'no anchor is recorded for event %', upto using errcode = '42501';
  end if;
  select min(e.sequence) into lowest from rhizome.performance_events e where e.tenant_id = rhizome.current_tenant();
  perform set_config('rhizome.erasing', 'performance_events', true);
  delete from rhizome.performance_events e
   where e.tenant_id = rhizome.current_tenant() and e.sequence <= least(upto, lowest + most - 1);
  get diagnostics removed = row_count;
  perform set_config('rhizome.erasing', '', true);
  return removed;
end
$$;

comment on function rhizome.prune_events(bigint, integer) is 'Removes the oldest events of the chain below an anchor; gives how many.';

create table rhizome.event_upkeep (
  tenant_id    uuid        not null default rhizome.current_tenant(),
  rolled_up_to bigint      not null default 0,
  retained_at  timestamptz not null default '-infinity',
  constraint event_upkeep_pkey primary key (tenant_id),
  constraint event_upkeep_tenant_exists foreign key (tenant_id) references rhizome.tenants (tenant_id)
);
call rhizome.isolate('rhizome.event_upkeep');
grant select, insert, update, delete on rhizome.event_upkeep to rhizome_app;
create policy operator_lists on rhizome.event_upkeep for select to rhizome_owner using (true);

comment on table rhizome.event_upkeep is 'How far the background jobs are with a tenant''s events; the row is their lock.';

-- On the allow-list of functions that see past one tenant: which tenants the background jobs have work for.
create function rhizome.events_to_roll_up() returns setof uuid
  language sql stable security definer
  set search_path = pg_catalog, pg_temp
  begin atomic
    select h.tenant_id
      from rhizome.event_heads h
      join rhizome.tenants t on t.tenant_id = h.tenant_id and t.status = 'active'
      left join rhizome.event_upkeep u on u.tenant_id = h.tenant_id
     where h.sequence > coalesce(u.rolled_up_to, 0)
     order by h.updated_at;
  end;

comment on function rhizome.events_to_roll_up() is 'Tenants with events that no roll-up counts yet; for the background job only.';

create function rhizome.events_to_retain(every interval) returns setof uuid
  language sql stable security definer
  set search_path = pg_catalog, pg_temp
  begin atomic
    select h.tenant_id
      from rhizome.event_heads h
      join rhizome.tenants t on t.tenant_id = h.tenant_id and t.status = 'active'
      left join rhizome.event_upkeep u on u.tenant_id = h.tenant_id
     where t.retention -> 'events' ->> 'policy' in ('delete', 'archive')
       and coalesce(u.retained_at, '-infinity') < now() - every
     order by coalesce(u.retained_at, '-infinity');
  end;

comment on function rhizome.events_to_retain(interval) is 'Tenants whose retention is due; for the background job only.';

create table rhizome.performance_rollups (
  tenant_id      uuid             not null default rhizome.current_tenant(),
  hour           timestamptz      not null,
  agent_id       text             not null,
  type           text             not null,
  events         bigint           not null,
  successes      bigint           not null,
  success_sum    double precision,
  errors         bigint           not null,
  error_sum      double precision,
  latencies      bigint           not null,
  latency_mean   double precision,
  latency_p50    double precision,
  latency_p95    double precision,
  latency_p99    double precision,
  latency_max    double precision,
  constraint performance_rollups_pkey primary key (tenant_id, hour, agent_id, type),
  constraint performance_rollups_tenant_exists foreign key (tenant_id) references rhizome.tenants (tenant_id),
  constraint performance_rollups_hour_whole check (date_trunc('hour', hour, 'UTC') = hour),
  constraint performance_rollups_events_positive check (events > 0)
);
call rhizome.isolate('rhizome.performance_rollups');
grant select, insert, update, delete on rhizome.performance_rollups to rhizome_app;
-- An agent's hours: its roll-ups, and what an hour of it is compared with.
create index performance_rollups_of_agent on rhizome.performance_rollups (tenant_id, agent_id, type, hour);

comment on table rhizome.performance_rollups is 'Events of an hour, agent ('''' for none) and type in figures; what nobody measured is null.';
comment on column rhizome.performance_rollups.successes is 'Events that have a success rate; success_sum is over these.';
comment on column rhizome.performance_rollups.errors is 'Events that have an error rate; error_sum is over these, in percent.';

create table rhizome.performance_anomalies (
  tenant_id         uuid        not null default rhizome.current_tenant(),
  anomaly_id        text        not null,
  type              text        not null,
  severity          text        not null,
  status            text        not null default 'active',
  agent_id          text,
  task_id           text,
  method            text        not null,
  description       text        not null default '',
  evidence          jsonb       not null default '{}',
  impact            jsonb       not null default '{}',
  related_event_ids text[]      not null default '{}',
  detected_at       timestamptz not null,
  resolved_at       timestamptz,
  notes             text        not null default '',
  updated_at        timestamptz not null default now(),
  constraint performance_anomalies_pkey primary key (tenant_id, anomaly_id),
  constraint performance_anomalies_tenant_exists foreign key (tenant_id) references rhizome.tenants (tenant_id),
  constraint performance_anomalies_id_length check (char_length(anomaly_id) between 1 and 200),
  constraint performance_anomalies_type_form check (type ~ '^[a-z0-9_]{1,64}$'),
  constraint performance_anomalies_severity_known check (severity in ('low', 'medium', 'high', 'critical')),
  constraint performance_anomalies_status_known check (status in ('active', 'investigating', 'resolved', 'false_positive')),
  constraint performance_anomalies_resolved check ((status in ('resolved', 'false_positive')) = (resolved_at is not null))
);
call rhizome.isolate('rhizome.performance_anomalies');
grant select, insert, update, delete on rhizome.performance_anomalies to rhizome_app;
create index performance_anomalies_newest on rhizome.performance_anomalies (tenant_id, detected_at, anomaly_id);

comment on table rhizome.performance_anomalies is 'What was found to be out of the ordinary, by the roll-up job or by a client.';

create table rhizome.benchmark_datasets (
  tenant_id         uuid        not null default rhizome.current_tenant(),
  dataset_id        text        not null,
  name              text        not null,
  description       text        not null default '',
  task_type         text        not null,
  version           text        not null default '1.0.0',
  test_cases        bigint      not null,
  baseline          jsonb       not null default '{}',
  checksum          text,
  validation_status text        not null default 'pending',
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now(),
  constraint benchmark_datasets_pkey primary key (tenant_id, dataset_id),
  constraint benchmark_datasets_tenant_exists foreign key (tenant_id) references rhizome.tenants (tenant_id),
  constraint benchmark_datasets_id_length check (char_length(dataset_id) between 1 and 200),
  constraint benchmark_datasets_name_length check (char_length(name) between 1 and 500),
  constraint benchmark_datasets_has_test_cases check (test_cases > 0),
  constraint benchmark_datasets_validation_known check (validation_status in ('pending', 'validating', 'valid', 'invalid'))
);
call rhizome.isolate('rhizome.benchmark_datasets');
grant select, insert, update, delete on rhizome.benchmark_datasets to rhizome_app;

comment on table rhizome.benchmark_datasets is 'What agents are evaluated with.';

create table rhizome.benchmark_evaluations (
  tenant_id     uuid             not null default rhizome.current_tenant(),
  evaluation_id text             not null,
  dataset_id    text             not null,
  agent_id      text             not null,
  status        text             not null default 'queued',
  progress      double precision not null default 0,
  score         double precision,
  metrics       jsonb            not null default '{}',
  error         text,
  created_at    timestamptz      not null default now(),
  started_at    timestamptz,
  completed_at  timestamptz,
  updated_at    timestamptz      not null default now(),
  constraint benchmark_evaluations_pkey primary key (tenant_id, evaluation_id),
  constraint benchmark_evaluations_dataset_exists foreign key (tenant_id, dataset_id)
    references rhizome.benchmark_datasets (tenant_id, dataset_id) on delete cascade,
  constraint benchmark_evaluations_id_length check (char_length(evaluation_id) between 1 and 200),
  constraint benchmark_evaluations_agent_length check (char_length(agent_id) between 1 and 200),
  constraint benchmark_evaluations_status_known check (status in ('queued', 'running', 'completed', 'failed', 'cancelled')),
  constraint benchmark_evaluations_progress_range check (progress between 0 and 1),
  constraint benchmark_evaluations_score_range check (score between 0 and 1),
  constraint benchmark_evaluations_completed_with_score check (status <> 'completed' or score is not null),
  constraint benchmark_evaluations_ended check ((status in ('completed', 'failed', 'cancelled')) = (completed_at is not null))
);
call rhizome.isolate('rhizome.benchmark_evaluations');
grant select, insert, update, delete on rhizome.benchmark_evaluations to rhizome_app;
-- Newest first, of one dataset or of one agent; the first also finds what goes with a dataset.
create index benchmark_evaluations_of_dataset on rhizome.benchmark_evaluations (tenant_id, dataset_id, created_at, evaluation_id);
create index benchmark_evaluations_of_agent on rhizome.benchmark_evaluations (tenant_id, agent_id, created_at, evaluation_id);

comment on table rhizome.benchmark_evaluations is 'Runs of an agent over a dataset.';

create table rhizome.agent_performance_profiles (
  tenant_id   uuid        not null default rhizome.current_tenant(),
  agent_id    text        not null,
  task_type   text        not null,
  latency     jsonb,
  accuracy    jsonb,
  cost        jsonb,
  reliability jsonb,
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  constraint agent_performance_profiles_pkey primary key (tenant_id, agent_id, task_type),
  constraint agent_performance_profiles_tenant_exists foreign key (tenant_id) references rhizome.tenants (tenant_id),
  constraint agent_performance_profiles_agent_length check (char_length(agent_id) between 1 and 200),
  constraint agent_performance_profiles_task_form check (task_type ~ '^[a-z0-9_]{1,64}$')
);
call rhizome.isolate('rhizome.agent_performance_profiles');
grant select, insert, update, delete on rhizome.agent_performance_profiles to rhizome_app;

comment on table rhizome.agent_performance_profiles is 'What is expected of an agent at a kind of task.';

revoke execute on all functions in schema rhizome from public;
grant execute on function
  rhizome.add_event_partition(date), rhizome.prune_events(bigint, integer),
  rhizome.events_to_roll_up(), rhizome.events_to_retain(interval)
  to rhizome_app;
