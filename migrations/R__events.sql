-- Functions of V006: months are made, old events go, and who is due for it.

-- Runs as the owner, who alone may make tables. Neither readers nor writers wait: the month is attached, not created in
-- place, and an empty table without foreign keys attaches under a lock that conflicts with nothing they take.
create or replace function rhizome.add_event_partition(month date) returns boolean
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '5s'
  as $$
declare
  first constant timestamp := date_trunc('month', month::timestamp);
  name  constant text      := 'performance_events_' || to_char(first, 'YYYY_MM');
begin
  if first > now() at time zone 'UTC' + interval '2 months' then
    raise exception 'month: % (expected: at most two months from now)', month using errcode = '22023';
  end if;
  if first < '2025-01-01' then
    return false;
  end if;
  -- One at a time. An advisory lock would not do: behind it, the catalogue is still seen as it was before.
  lock table rhizome.performance_events in share update exclusive mode;
  if to_regclass('rhizome.' || name) is not null then
    return false;
  end if;
  execute format('create table rhizome.%I (like rhizome.performance_events including defaults including constraints)', name);
  call rhizome.isolate(format('rhizome.%I', name)::regclass);
  execute format('alter table rhizome.performance_events attach partition rhizome.%I for values from (%L) to (%L)',
                 name, first || '+00', first + interval '1 month' || '+00');
  return true;
end
$$;
grant execute on function rhizome.add_event_partition(date) to rhizome_app;

comment on function rhizome.add_event_partition(date) is 'Makes room for the events of a month; whether it had to.';

-- Runs as the owner, for whom row-level security holds too, since the service may not delete events. Only a prefix of the
-- chain that ends with a recorded truncation point can go.
create or replace function rhizome.prune_events(upto bigint, most integer) returns bigint
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
  lowest  bigint;
  removed bigint;
begin
  if not exists (select from rhizome.event_truncations t where t.tenant_id = tenant and t.sequence >= upto) then
    raise exception 'no truncation point is recorded for event %', upto using errcode = '42501';
  end if;
  select min(e.sequence) into lowest from rhizome.performance_events e where e.tenant_id = tenant;
  perform set_config('rhizome.erasing', 'performance_events', true);
  delete from rhizome.performance_events e
   where e.tenant_id = tenant and e.sequence <= least(upto, lowest + most - 1);
  get diagnostics removed = row_count;
  perform set_config('rhizome.erasing', '', true);
  return removed;
end
$$;
grant execute on function rhizome.prune_events(bigint, integer) to rhizome_app;

comment on function rhizome.prune_events(bigint, integer) is 'Removes the oldest events of the chain up to a truncation point; gives how many.';

-- On the allow-list of functions that see past one tenant: whose events are due to be removed or archived.
create or replace function rhizome.events_to_retain(every interval) returns setof uuid
  language sql stable security definer
  set search_path = pg_catalog, pg_temp
  as $$
  select c.tenant_id
    from rhizome.event_chains c
    join rhizome.tenants t on t.tenant_id = c.tenant_id and t.status = 'active'
    left join rhizome.event_progress p on p.tenant_id = c.tenant_id
   where t.retention -> 'events' ->> 'policy' in ('delete', 'archive')
     and coalesce(p.retained_at, '-infinity') < now() - every
   order by coalesce(p.retained_at, '-infinity')
$$;
grant execute on function rhizome.events_to_retain(interval) to rhizome_app;

comment on function rhizome.events_to_retain(interval) is 'Tenants whose retention is due; for the background job only.';
