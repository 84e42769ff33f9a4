-- Functions of V007 for the background job that rolls events up.

-- On the allow-list of functions that see past one tenant: whose events are not all rolled up.
create or replace function rhizome.events_to_roll_up() returns setof uuid
  language sql stable security definer
  set search_path = pg_catalog, pg_temp
  as $$
  select c.tenant_id
    from rhizome.event_chains c
    join rhizome.tenants t on t.tenant_id = c.tenant_id and t.status = 'active'
    left join rhizome.event_progress p on p.tenant_id = c.tenant_id
   where c.sequence > coalesce(p.processed_to, 0)
   order by c.updated_at
$$;
grant execute on function rhizome.events_to_roll_up() to rhizome_app;

comment on function rhizome.events_to_roll_up() is 'Tenants with events that no roll-up counts yet; for the background job only.';
