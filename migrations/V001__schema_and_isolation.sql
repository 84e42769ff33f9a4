-- V001: the schema, the one function that reads the tenant, and the one procedure that isolates a table by it.

create schema if not exists rhizome;
revoke all on schema rhizome from public;
grant usage on schema rhizome to rhizome_app;

-- Plain and inlinable on purpose: wrapped in a sub-select, the planner no longer sees the tenant and misjudges its size.
-- After a transaction-local setting ends it reads '', not null, hence nullif.
create function rhizome.current_tenant() returns uuid
  language sql stable parallel safe
  return nullif(current_setting('app.current_tenant', true), '')::uuid;

comment on function rhizome.current_tenant() is 'Tenant of this transaction, null when none is set.';

-- Every table with tenant data is passed through here right after it is created, so none can differ in its protection.
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
revoke execute on procedure rhizome.isolate(regclass) from public;

comment on procedure rhizome.isolate(regclass) is 'Forces row-level security by tenant on a table.';
