-- Functions of V004 for the background job that moves tenants from one embedding model to another.

-- On the allow-list of functions that see past one tenant: which tenants the background job has work for, those first that
-- have waited longest, so that moves that fail again and again do not keep others from their turn.
create or replace function rhizome.open_reembedding_jobs() returns setof uuid
  language sql stable security definer
  set search_path = pg_catalog, pg_temp
  as $$
  select tenant_id
    from rhizome.reembedding_jobs
   where ended_at is null and coalesce(lease_until, '-infinity') < now()
   order by updated_at
$$;
grant execute on function rhizome.open_reembedding_jobs() to rhizome_app;

comment on function rhizome.open_reembedding_jobs() is 'Tenants whose move nobody works on; for the background job only.';
