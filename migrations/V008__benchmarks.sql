-- V008: evaluations of agents, and what they are evaluated with.

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
  constraint benchmark_datasets_id_length check (char_length(dataset_id) between 1 and 200),
  constraint benchmark_datasets_name_length check (char_length(name) between 1 and 500),
  constraint benchmark_datasets_has_test_cases check (test_cases > 0),
  constraint benchmark_datasets_validation_known check (validation_status in ('pending', 'validating', 'valid', 'invalid'))
);
call rhizome.isolate('rhizome.benchmark_datasets');
alter table rhizome.benchmark_datasets add constraint benchmark_datasets_tenant_exists
  foreign key (tenant_id) references rhizome.tenants (tenant_id);
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
  constraint benchmark_evaluations_id_length check (char_length(evaluation_id) between 1 and 200),
  constraint benchmark_evaluations_agent_length check (char_length(agent_id) between 1 and 200),
  constraint benchmark_evaluations_status_known check (status in ('queued', 'running', 'completed', 'failed', 'cancelled')),
  constraint benchmark_evaluations_progress_range check (progress between 0 and 1),
  constraint benchmark_evaluations_score_range check (score between 0 and 1),
  constraint benchmark_evaluations_completed_with_score check (status <> 'completed' or score is not null),
  constraint benchmark_evaluations_ended check ((status in ('completed', 'failed', 'cancelled')) = (completed_at is not null))
);
call rhizome.isolate('rhizome.benchmark_evaluations');
alter table rhizome.benchmark_evaluations add constraint benchmark_evaluations_dataset_exists
  foreign key (tenant_id, dataset_id) references rhizome.benchmark_datasets (tenant_id, dataset_id) on delete cascade;
grant select, insert, update, delete on rhizome.benchmark_evaluations to rhizome_app;
-- Newest first, of one dataset or of one agent; the first also finds what goes with a dataset.
create index benchmark_evaluations_of_dataset on rhizome.benchmark_evaluations (tenant_id, dataset_id, created_at, evaluation_id);
create index benchmark_evaluations_of_agent on rhizome.benchmark_evaluations (tenant_id, agent_id, created_at, evaluation_id);

comment on table rhizome.benchmark_evaluations is 'Runs of an agent over a dataset.';
