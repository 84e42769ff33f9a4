-- Functions of V005 for the background job that signs checkpoints.

-- On the allow-list of functions that see past one tenant: whose chains have grown since their last checkpoint.
create or replace function rhizome.provenance_due_for_checkpoint(after_seconds integer) returns setof uuid
  language sql stable security definer
  set search_path = pg_catalog, pg_temp
  as $$
  select tenant_id
    from rhizome.provenance_chains
   where sequence > checkpoint_sequence and checkpoint_at <= now() - after_seconds * interval '1 second'
   order by checkpoint_at
   limit 1000
$$;
grant execute on function rhizome.provenance_due_for_checkpoint(integer) to rhizome_app;

comment on function rhizome.provenance_due_for_checkpoint(integer) is 'Tenants whose chain needs a checkpoint; for the background job only.';
