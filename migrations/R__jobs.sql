-- Functions of V010.

-- On the allow-list of functions that see past one tenant: which of the tenants with work a job may begin, in their order.
create or replace function rhizome.tenants_free_for_job(in_job text, pending uuid[]) returns setof uuid
  language sql stable security definer
  set search_path = pg_catalog, pg_temp
  as $$
  select p.tenant_id
    from unnest(pending) with ordinality as p (tenant_id, place)
    left join rhizome.job_leases l on l.tenant_id = p.tenant_id and l.job = in_job
   where l.tenant_id is null or (coalesce(l.lease_until, '-infinity') < now() and l.retry_at <= now())
   order by p.place
$$;
grant execute on function rhizome.tenants_free_for_job(text, uuid[]) to rhizome_app;

comment on function rhizome.tenants_free_for_job(text, uuid[])
  is 'Those of the tenants that no process works on and that wait for no retry; for the background jobs only.';
