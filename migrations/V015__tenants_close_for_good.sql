-- V015: what a tenant's state may become is decided here and not by the service: closing is one-way, and an id is used once.

alter table rhizome.tenants
  drop constraint tenants_status_known,
  add constraint tenants_status_known check (status in ('active', 'suspended', 'closing'));
comment on column rhizome.tenants.status
  is 'suspended: keys are refused until it is active again; closing: they are for good, while the rows are being removed.';

-- The state changes by close_tenant and suspend_tenant, and the row goes by end_tenant.
revoke insert, update, delete on rhizome.tenants from rhizome_app;
grant insert (tenant_id, slug, name, isolation, privacy, retention, language, vector_space),
      update (name, isolation, privacy, retention, language, vector_space, next_vector_space, updated_at)
   on rhizome.tenants to rhizome_app;
-- Where a chain ends is never forgotten while its tenant lives; it goes with the other rows to which is only added.
revoke delete on rhizome.provenance_chains, rhizome.event_chains from rhizome_app;

-- A second lock behind the grants, for the owner too. A tenant that was removed is known by the audit, which outlives it.
create function rhizome.keep_closed() returns trigger
  language plpgsql
  as $$
begin
  if tg_op = 'UPDATE' and old.status = 'closing' and new.status <> 'closing' then
    raise exception 'a tenant that is being removed stays so' using errcode = '42501';
  end if;
  if tg_op = 'INSERT' and rhizome.was_removed(new.tenant_id) then
    raise exception 'a tenant of this id was removed' using errcode = '42501';
  end if;
  return new;
end
$$;
create function rhizome.was_removed(tenant uuid) returns boolean
  language sql stable
  as $$
  select exists (select from rhizome.audit_log a
                  where a.tenant_id = tenant and a.kind = 'tenant' and a.subject = tenant::text and a.action = 'deleted')
$$;
grant execute on function rhizome.was_removed(uuid) to rhizome_app;
create trigger keep_closed before insert or update of status on rhizome.tenants
  for each row execute function rhizome.keep_closed();

comment on function rhizome.was_removed(uuid) is 'Whether the audit knows that the current tenant, if it is this one, was removed.';
