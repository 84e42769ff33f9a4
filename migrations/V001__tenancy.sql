-- V001: the schema, how a table is isolated by tenant, and the two tables that authentication reads.

create schema if not exists rhizome;
revoke all on schema rhizome from public;
grant usage on schema rhizome to rhizome_app;
-- PostgreSQL lets everybody execute a new function. Here nobody may until a grant says so, whenever a function is made.
alter default privileges revoke execute on routines from public;

-- The service compares the schema's version with its own before it starts.
grant select on rhizome.flyway_schema_history to rhizome_app;

-- Plain and inlinable on purpose: wrapped in a sub-select, the planner no longer sees the tenant and misjudges its size.
-- After a transaction-local setting ends it reads '', not null, hence nullif. It reads no table, so its body may be parsed
-- now, which keeps the search path out of it.
create function rhizome.current_tenant() returns uuid
  language sql stable parallel safe
  return nullif(current_setting('app.current_tenant', true), '')::uuid;
grant execute on function rhizome.current_tenant() to rhizome_app;

comment on function rhizome.current_tenant() is 'Tenant of this transaction, null when none is set.';

-- Every table with tenant data is passed through here right after it is created, so none can differ in its protection. Its
-- foreign keys are added afterwards: where tables are distributed over several servers, they are distributed here.
create procedure rhizome.isolate(tenant_table regclass)
  language plpgsql
  as $$
declare
  own constant text := 'tenant_id = rhizome.current_tenant()';
begin
  execute format('alter table %s enable row level security', tenant_table);
  execute format('alter table %s force row level security', tenant_table);
  execute format('create policy own_rows_read on %s for select using (%s)', tenant_table, own);
  execute format('create policy own_rows_insert on %s for insert with check (%s)', tenant_table, own);
  execute format('create policy own_rows_update on %s for update using (%s) with check (%s)', tenant_table, own, own);
  execute format('create policy own_rows_delete on %s for delete using (%s)', tenant_table, own);
  -- A tenant's share of a table decides between the exact and the approximate plan: keep many tenants' counts.
  execute format('alter table %s alter column tenant_id set statistics 1000', tenant_table);
end
$$;

comment on procedure rhizome.isolate(regclass) is 'Forces row-level security by tenant on a table.';

create table rhizome.tenants (
  tenant_id         uuid        not null,
  slug              text        not null,
  name              text        not null,
  isolation         text        not null default 'strict',
  privacy           jsonb       not null default '{}',
  retention         jsonb       not null default '{}',
  status            text        not null default 'active',
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now(),
  vector_space      smallint    not null default 1,
  next_vector_space smallint,
  language          text        not null default 'english',
  constraint tenants_pkey primary key (tenant_id),
  constraint tenants_slug_unique unique (slug),
  constraint tenants_slug_form check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  constraint tenants_name_length check (char_length(name) between 1 and 500),
  constraint tenants_isolation_known check (isolation in ('strict', 'shared', 'federated')),
  constraint tenants_status_known check (status in ('active', 'closing')),
  constraint tenants_vector_spaces_differ check (next_vector_space <> vector_space)
);
call rhizome.isolate('rhizome.tenants');
grant select, insert, update, delete on rhizome.tenants to rhizome_app;
-- list_tenants runs as the owner, which forced row-level security would otherwise blind.
create policy operator_lists on rhizome.tenants for select to rhizome_owner using (true);

comment on table rhizome.tenants is 'Tenants; each sees its own row only, the operator lists all through list_tenants.';
comment on column rhizome.tenants.status is 'closing: keys are refused while the rows are being removed.';
comment on column rhizome.tenants.vector_space is 'The space that the tenant is searched in.';
comment on column rhizome.tenants.next_vector_space is 'The space that is being filled to replace it, null where none is.';
comment on column rhizome.tenants.language is 'Text search configuration that the tenant''s texts are read with.';

create table rhizome.api_keys (
  tenant_id   uuid        not null default rhizome.current_tenant(),
  key_id      uuid        not null,
  name        text        not null,
  role        text        not null,
  secret_hash bytea       not null,
  created_at  timestamptz not null default now(),
  expires_at  timestamptz,
  revoked_at  timestamptz,
  constraint api_keys_pkey primary key (tenant_id, key_id),
  constraint api_keys_name_length check (char_length(name) between 1 and 500),
  constraint api_keys_role_known check (role in ('reader', 'writer', 'admin', 'auditor')),
  constraint api_keys_hash_is_sha256 check (octet_length(secret_hash) = 32)
);
call rhizome.isolate('rhizome.api_keys');
alter table rhizome.api_keys add constraint api_keys_tenant_exists
  foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, update, delete on rhizome.api_keys to rhizome_app;

comment on table rhizome.api_keys is 'API keys; only the SHA-256 of a secret is stored.';
