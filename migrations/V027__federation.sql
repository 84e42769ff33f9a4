-- V027: figures over federated tenants: what each of them has given away of itself, and the answers that were given.

create table rhizome.privacy_ledger (
  tenant_id    uuid        not null default rhizome.current_tenant(),
  charged_at   timestamptz not null default clock_timestamp(),
  entry_id     uuid        not null default gen_random_uuid(),
  side         text        not null,
  measure      text        not null,
  task_type    text        not null,
  period_from  timestamptz not null,
  period_until timestamptz not null,
  epsilon      numeric     not null,
  constraint privacy_ledger_pkey primary key (tenant_id, charged_at, entry_id),
  constraint privacy_ledger_side_known check (side in ('contributor', 'asker')),
  constraint privacy_ledger_period check (period_from < period_until),
  constraint privacy_ledger_epsilon_range check (epsilon > 0 and epsilon <= 10)
);
call rhizome.isolate('rhizome.privacy_ledger');
call rhizome.make_append_only('rhizome.privacy_ledger');
alter table rhizome.privacy_ledger add constraint privacy_ledger_tenant_exists
  foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert on rhizome.privacy_ledger to rhizome_app;

comment on table rhizome.privacy_ledger is 'What of a tenant''s privacy each new answer cost, as contributor to it and as the one who asked.';

-- Nobody's: the tenant of its rows is one that there is not, so that no tenant sees them, and no grant leads here either. Only
-- federated_figure reads and adds to it.
create table rhizome.federated_answers (
  tenant_id    uuid             not null default rhizome.current_tenant(),
  measure      text             not null,
  task_type    text             not null,
  period_from  timestamptz      not null,
  period_until timestamptz      not null,
  value        double precision not null,
  tenants      bigint           not null,
  k            integer          not null,
  scale        double precision not null,
  epsilon      numeric          not null,
  answered_at  timestamptz      not null,
  constraint federated_answers_pkey primary key (tenant_id, measure, task_type, period_from, period_until),
  constraint federated_answers_nobodys check (tenant_id = '00000000-0000-0000-0000-000000000000')
);
call rhizome.isolate('rhizome.federated_answers');

comment on table rhizome.federated_answers is 'Answers over federated tenants, with their noise: whoever asks again gets the same one.';

-- One tenant's number is made of a range of it.
create index agent_performance_events_of_task on rhizome.agent_performance_events (tenant_id, task_type, recorded_at);
