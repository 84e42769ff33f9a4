-- V002: tenants and their API keys, the two tables that authentication reads.

create table rhizome.tenants (
  tenant_id  uuid        not null,
  slug       text        not null,
  name       text        not null,
  isolation  text        not null default 'strict',
  privacy    jsonb       not null default '{}',
  retention  jsonb       not null default '{}',
  status     text        not null default 'active',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint tenants_pkey primary key (tenant_id),
  constraint tenants_slug_unique unique (slug),
  constraint tenants_slug_form check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  constraint tenants_name_length check (char_length(name) between 1 and 500),
  constraint tenants_isolation_known check (isolation in ('strict', 'shared', 'federated')),
  constraint tenants_status_known check (status in ('active', 'closing'))
);
call rhizome.isolate('rhizome.tenants');
grant select, insert, update, delete on rhizome.tenants to rhizome_app;
-- list_tenants runs as the owner, which forced row-level security would otherwise blind.
create policy operator_lists on rhizome.tenants for select to rhizome_owner using (true);

comment on table rhizome.tenants is 'Tenants; each sees its own row only, the operator lists all through list_tenants.';
comment on column rhizome.tenants.status is 'closing: keys are refused while the rows are being removed.';

create table rhizome.api_keys (
  tenant_id   uuid        not null default rhizome.current_tenant(),
  key_id      uuid        not null,
  name        text        not null,
  role        text        not null,
  secret_hash bytea       not null,
  created_at  timestamptz not null default now(),
  expires_at  timestamptz,
  revoked_at  timestamptz,
  constraint api_keys_pkey primary key (tenant_id, key_id),
  constraint api_keys_tenant_exists foreign key (tenant_id) references rhizome.tenants (tenant_id),
  constraint api_keys_name_length check (char_length(name) between 1 and 500),
  constraint api_keys_role_known check (role in ('reader', 'writer', 'admin', 'auditor')),
  constraint api_keys_hash_is_sha256 check (octet_length(secret_hash) = 32)
);
call rhizome.isolate('rhizome.api_keys');
grant select, insert, update, delete on rhizome.api_keys to rhizome_app;

comment on table rhizome.api_keys is 'API keys; only the SHA-256 of a secret is stored.';

-- On the allow-list of functions that see past one tenant: the operator's list of tenants.
create function rhizome.list_tenants(after_slug text, most integer) returns setof rhizome.tenants
  language sql stable security definer
  set search_path = pg_catalog, pg_temp
  begin atomic
    select *
      from rhizome.tenants
     where slug > after_slug
     order by slug
     limit most;
  end;
revoke execute on function rhizome.list_tenants(text, integer) from public;
grant execute on function rhizome.list_tenants(text, integer) to rhizome_app;

comment on function rhizome.list_tenants(text, integer) is 'Tenants of all, by slug; for the operator only.';
