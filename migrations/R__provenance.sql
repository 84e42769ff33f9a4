-- Functions of V005 for the background job that signs where chains are.

-- On the allow-list of functions that see past one tenant: whose chains have gone on since their last head was signed.
create or replace function rhizome.unsealed_provenance(after_seconds integer) returns setof uuid
  language sql stable security definer
  set search_path = pg_catalog, pg_temp
  as $$
  select tenant_id
    from rhizome.provenance_chains
   where sequence > sealed_sequence and sealed_at <= now() - after_seconds * interval '1 second'
   order by sealed_at
   limit 1000
$$;
grant execute on function rhizome.unsealed_provenance(integer) to rhizome_app;

comment on function rhizome.unsealed_provenance(integer) is 'Tenants whose chain needs a signed head; for the background job only.';
