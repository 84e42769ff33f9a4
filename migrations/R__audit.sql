-- Functions of V002: how rows go from tables to which rows are only added.

-- Rows of append-only tables go when their tenant goes, but for the audit. Such a table is one of which the service may add
-- rows and remove none. Runs as the owner, for whom row-level security holds too, and does nothing to a tenant that is not
-- being removed.
create or replace function rhizome.purge_append_only(most integer) returns bigint
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
  kept    record;
  removed bigint;
  total   bigint := 0;
begin
  if not exists (select from rhizome.tenants t where t.tenant_id = tenant and t.status = 'closing') then
    raise exception 'the tenant is not being removed' using errcode = '42501';
  end if;
  for kept in
    select c.oid::regclass as name, c.relname
      from pg_class c
     where c.relnamespace = 'rhizome'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and c.relrowsecurity and c.relname <> 'audit_log'
       and has_table_privilege('rhizome_app', c.oid, 'insert') and not has_table_privilege('rhizome_app', c.oid, 'delete')
  loop
    perform set_config('rhizome.erasing', kept.relname, true);
    execute format('delete from %s where tenant_id = $1
                       and ctid = any (array(select ctid from %1$s where tenant_id = $1 limit $2))', kept.name)
      using tenant, most;
    get diagnostics removed = row_count;
    total := total + removed;
  end loop;
  perform set_config('rhizome.erasing', '', true);
  return total;
end
$$;
grant execute on function rhizome.purge_append_only(integer) to rhizome_app;

comment on function rhizome.purge_append_only(integer) is 'Removes a bite of a closing tenant''s append-only rows; gives how many.';
