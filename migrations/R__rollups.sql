-- Functions of V007 for the background job that rolls events up.

-- On the allow-list of functions that see past one tenant: who has events that no roll-up counts.
create or replace function rhizome.events_to_roll_up() returns setof uuid
  language sql stable security definer
  set search_path = pg_catalog, pg_temp
  as $$
  select h.tenant_id
    from rhizome.event_heads h
    join rhizome.tenants t on t.tenant_id = h.tenant_id and t.status = 'active'
    left join rhizome.event_upkeep u on u.tenant_id = h.tenant_id
   where h.sequence > coalesce(u.rolled_up_to, 0)
   order by h.updated_at
$$;
grant execute on function rhizome.events_to_roll_up() to rhizome_app;

comment on function rhizome.events_to_roll_up() is 'Tenants with events that no roll-up counts yet; for the background job only.';
