-- Functions of V013: which documents still wait for their vectors.

-- On the allow-list of functions that see past one tenant: which tenants have documents that wait, of those whose model this
-- service has. Each step goes to the next tenant in the index, so the number of documents does not matter.
create or replace function rhizome.tenants_with_late_vectors(models text[]) returns setof uuid
  language sql stable security definer
  set search_path = pg_catalog, pg_temp
  as $$
  with recursive waiting as (
    (select l.tenant_id from rhizome.late_vectors l order by l.tenant_id limit 1)
     union all
    select (select l.tenant_id from rhizome.late_vectors l
             where l.tenant_id > waiting.tenant_id order by l.tenant_id limit 1)
      from waiting where waiting.tenant_id is not null
  )
  select t.tenant_id
    from waiting
    join rhizome.tenants t on t.tenant_id = waiting.tenant_id and t.status = 'active'
    join rhizome.vector_spaces s on s.space = t.vector_space and s.model = any (models)
   order by t.tenant_id
$$;
grant execute on function rhizome.tenants_with_late_vectors(text[]) to rhizome_app;

comment on function rhizome.tenants_with_late_vectors(text[])
  is 'Tenants with documents that wait for vectors of these models; for the background job only.';
