-- Functions of V004 for the background job that moves tenants from one embedding model to another.

-- On the allow-list of functions that see past one tenant: which tenants the background job has work for, those first that
-- have waited longest. A job that fills a space needs the model of that space; any service can do the rest.
create or replace function rhizome.open_reembedding_jobs(models text[]) returns setof uuid
  language sql stable security definer
  set search_path = pg_catalog, pg_temp
  as $$
  select j.tenant_id
    from rhizome.reembedding_jobs j
    join rhizome.vector_spaces s on s.space = j.to_space
   where j.ended_at is null and (j.state <> 'filling' or s.model = any (models))
   order by j.updated_at
$$;
grant execute on function rhizome.open_reembedding_jobs(text[]) to rhizome_app;

comment on function rhizome.open_reembedding_jobs(text[])
  is 'Tenants with an open re-embedding job for a service that has these models; for the background job only.';
