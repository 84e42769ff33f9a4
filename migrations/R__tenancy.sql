-- Functions of V001. Like every file R__…, it runs again when it is changed, after all versioned ones: it replaces what is
-- there, so one whose signature changes is dropped by the version that needs it. Nobody may execute a function that no
-- grant names (V001). Bodies are strings: a parsed body would tie the function to its tables.

-- On the allow-list of functions that see past one tenant: the operator's list of tenants.
create or replace function rhizome.list_tenants(after_slug text, most integer) returns setof rhizome.tenants
  language sql stable security definer
  set search_path = pg_catalog, pg_temp
  as $$
  select *
    from rhizome.tenants
   where slug > after_slug
   order by slug
   limit most
$$;
grant execute on function rhizome.list_tenants(text, integer) to rhizome_app;

comment on function rhizome.list_tenants(text, integer) is 'Tenants of all, by slug; for the operator only.';

-- A transaction that writes begins with this. It is refused where the tenant is suspended, is being removed or was; until it ends,
-- nobody believes to have seen the last of its rows. The lock is held in memory and keeps no other writer waiting. The state is looked
-- at behind the lock, by a statement of its own, so that it is not older.
create or replace function rhizome.enter_tenant() returns void
  language plpgsql volatile
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
  state  text;
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('writers of ' || tenant, 0));
  select t.status into state from rhizome.tenants t where t.tenant_id = tenant;
  if state <> 'active' or state is null and rhizome.was_removed(tenant) then
    raise exception 'the tenant is suspended or being removed' using errcode = 'RZ003';
  end if;
end
$$;
grant execute on function rhizome.enter_tenant() to rhizome_app;

comment on function rhizome.enter_tenant() is 'Refuses the transaction where the current tenant is suspended, is being removed or was.';

-- Returns when every transaction that wrote for the tenant is over. Those that begin after it see its state.
create or replace function rhizome.await_writers() returns void
  language sql volatile
  set lock_timeout = '25s'
  as $$
  select pg_advisory_xact_lock(hashtextextended('writers of ' || rhizome.current_tenant(), 0))
$$;
grant execute on function rhizome.await_writers() to rhizome_app;

comment on function rhizome.await_writers() is 'Waits until nobody writes for the current tenant.';

-- On the allow-list of functions that run as the owner: the service may not change a tenant's state by itself. That it closes is
-- said in the audit in the same transaction, and to every process.
create or replace function rhizome.close_tenant(by_whom text, in_role text, in_request text) returns boolean
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
begin
  update rhizome.tenants t set status = 'closing', updated_at = now() where t.tenant_id = tenant;
  if not found then
    return false;
  end if;
  insert into rhizome.audit_log (tenant_id, actor, role, request_id, action, kind, subject)
  values (tenant, by_whom, in_role, in_request, 'deleted', 'tenant', tenant::text);
  perform pg_notify('rhizome_access', 'tenant ' || tenant);
  return true;
end
$$;
grant execute on function rhizome.close_tenant(text, text, text) to rhizome_app;

comment on function rhizome.close_tenant(text, text, text) is 'Begins the removal of the current tenant, for good; whether there is one.';

-- On the allow-list of functions that run as the owner: the service may not change a tenant's state by itself.
create or replace function rhizome.suspend_tenant(suspended boolean) returns boolean
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
begin
  update rhizome.tenants t
     set status = case when suspended then 'suspended' else 'active' end, updated_at = now()
   where t.tenant_id = tenant and t.status = case when suspended then 'active' else 'suspended' end;
  if not found then
    return false;
  end if;
  perform pg_notify('rhizome_access', case when suspended then 'tenant ' else 'resumed ' end || tenant);
  return true;
end
$$;
grant execute on function rhizome.suspend_tenant(boolean) to rhizome_app;

comment on function rhizome.suspend_tenant(boolean) is 'Suspends the current tenant or lets it go on; whether that changed it.';

-- On the allow-list of functions that run as the owner: the last step of a removal. The row goes when no table has a row of the
-- tenant any more, whatever tables there are; the logs stay.
create or replace function rhizome.end_tenant() returns setof text
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
  kept   record;
  is_left boolean;
  are_left boolean := false;
begin
  perform from rhizome.tenants t where t.tenant_id = tenant and t.status = 'closing' for update;
  if not found then
    raise exception 'the tenant is not being removed' using errcode = '42501';
  end if;
  for kept in
    select c.oid::regclass as name, c.relname::text
      from pg_class c
     where c.relnamespace = 'rhizome'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and c.relrowsecurity and c.relname not in ('tenants', 'audit_log', 'tenant_access_log')
     order by c.relname
  loop
    execute format('select exists (select from %s where tenant_id = $1)', kept.name) into is_left using tenant;
    if is_left then
      are_left := true;
      return next kept.relname;
    end if;
  end loop;
  if not are_left then
    delete from rhizome.tenants t where t.tenant_id = tenant;
  end if;
end
$$;
grant execute on function rhizome.end_tenant() to rhizome_app;

comment on function rhizome.end_tenant() is 'Removes the row of a tenant that is being removed; gives the tables that have rows of it, where it could not.';
