-- V007: what is computed from events, and what is expected of agents.

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
  constraint performance_rollups_hour_whole check (date_trunc('hour', hour, 'UTC') = hour),
  constraint performance_rollups_events_positive check (events > 0)
);
call rhizome.isolate('rhizome.performance_rollups');
alter table rhizome.performance_rollups add constraint performance_rollups_tenant_exists
  foreign key (tenant_id) references rhizome.tenants (tenant_id);
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
  constraint performance_anomalies_id_length check (char_length(anomaly_id) between 1 and 200),
  constraint performance_anomalies_type_form check (type ~ '^[a-z0-9_]{1,64}$'),
  constraint performance_anomalies_severity_known check (severity in ('low', 'medium', 'high', 'critical')),
  constraint performance_anomalies_status_known check (status in ('active', 'investigating', 'resolved', 'false_positive')),
  constraint performance_anomalies_resolved check ((status in ('resolved', 'false_positive')) = (resolved_at is not null))
);
call rhizome.isolate('rhizome.performance_anomalies');
alter table rhizome.performance_anomalies add constraint performance_anomalies_tenant_exists
  foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, update, delete on rhizome.performance_anomalies to rhizome_app;
create index performance_anomalies_newest on rhizome.performance_anomalies (tenant_id, detected_at, anomaly_id);

comment on table rhizome.performance_anomalies is 'What was found to be out of the ordinary, by the roll-up job or by a client.';

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
  constraint agent_performance_profiles_agent_length check (char_length(agent_id) between 1 and 200),
  constraint agent_performance_profiles_task_form check (task_type ~ '^[a-z0-9_]{1,64}$')
);
call rhizome.isolate('rhizome.agent_performance_profiles');
alter table rhizome.agent_performance_profiles add constraint agent_performance_profiles_tenant_exists
  foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, update, delete on rhizome.agent_performance_profiles to rhizome_app;

comment on table rhizome.agent_performance_profiles is 'What is expected of an agent at a kind of task.';
