-- V016: what the operator lets a tenant have, and what each tenant has used, hour by hour.

create table rhizome.tenant_limits (
  tenant_id           uuid        not null default rhizome.current_tenant(),
  weight              integer,
  requests_per_second integer,
  concurrent_requests integer,
  entities            bigint,
  relationships       bigint,
  events              bigint,
  provenance_entries  bigint,
  storage_bytes       bigint,
  updated_at          timestamptz not null default now(),
  constraint tenant_limits_pkey primary key (tenant_id),
  constraint tenant_limits_weight_range check (weight between 1 and 100),
  constraint tenant_limits_requests_range check (requests_per_second between 1 and 1000000),
  constraint tenant_limits_concurrent_range check (concurrent_requests between 1 and 1000000),
  constraint tenant_limits_not_negative
    check (least(entities, relationships, events, provenance_entries, storage_bytes) >= 0)
);
call rhizome.isolate('rhizome.tenant_limits');
alter table rhizome.tenant_limits
  add constraint tenant_limits_tenant_exists foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, update, delete on rhizome.tenant_limits to rhizome_app;

comment on table rhizome.tenant_limits is 'What a tenant may have, as the operator set it; null is what all tenants have.';

create table rhizome.tenant_usage (
  tenant_id            uuid        not null default rhizome.current_tenant(),
  hour                 timestamptz not null,
  requests             bigint      not null default 0,
  refused_by_limits    bigint      not null default 0,
  refused_for_capacity bigint      not null default 0,
  refused_as_invalid   bigint      not null default 0,
  failed               bigint      not null default 0,
  not_written          bigint      not null default 0,
  database_micros      bigint      not null default 0,
  embedded_texts       bigint      not null default 0,
  updated_at           timestamptz not null default now(),
  constraint tenant_usage_pkey primary key (tenant_id, hour),
  constraint tenant_usage_whole_hours check (hour = date_trunc('hour', hour, 'UTC'))
);
call rhizome.isolate('rhizome.tenant_usage');
alter table rhizome.tenant_usage
  add constraint tenant_usage_tenant_exists foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, update, delete on rhizome.tenant_usage to rhizome_app;

comment on table rhizome.tenant_usage is 'What a tenant has used, one row an hour. Processes add to it some seconds later.';
comment on column rhizome.tenant_usage.requests is 'Requests with a valid token; the next four count those of them that were not answered well.';
comment on column rhizome.tenant_usage.not_written is 'Things that were not written because a quota was used up.';
comment on column rhizome.tenant_usage.database_micros is 'For how long transactions have had connections.';
