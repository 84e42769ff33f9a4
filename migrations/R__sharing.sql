-- Functions of V026: what one tenant lets another read.

-- On the allow-list of functions that see past one tenant: what others let the current tenant read, and who they are.
create or replace function rhizome.received_grants(after_grant uuid, most integer)
  returns table (grant_id uuid, owner text, name text, types text[], filter jsonb, ids text[], created_at timestamptz, expires_at timestamptz)
  language sql stable security definer
  set search_path = pg_catalog, pg_temp
  as $$
  select g.grant_id, t.slug, g.name, g.types, g.filter, g.ids, g.created_at, g.expires_at
    from rhizome.tenant_grants g
    join rhizome.tenants t on t.tenant_id = g.tenant_id
   where g.guest = rhizome.current_tenant() and g.revoked_at is null and (g.expires_at is null or g.expires_at > statement_timestamp())
     and t.status = 'active' and t.isolation = 'shared' and g.grant_id > after_grant
   order by g.grant_id
   limit most
$$;
grant execute on function rhizome.received_grants(uuid, integer) to rhizome_app;

comment on function rhizome.received_grants(uuid, integer) is 'What others let the current tenant read now, by id.';

-- Writes one entry into the logs of both sides, whichever of them is the current tenant.
create or replace function rhizome.log_access(in_owner uuid, in_guest uuid, in_action text, in_subject text, in_actor text) returns void
  language plpgsql volatile
  set search_path = pg_catalog, pg_temp
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
  side   uuid;
begin
  foreach side in array array[in_owner, in_guest]
  loop
    perform set_config('app.current_tenant', side::text, true);
    insert into rhizome.tenant_access_log (tenant_id, owner, guest, action, subject, actor)
    values (side, in_owner, in_guest, in_action, in_subject, in_actor);
  end loop;
  perform set_config('app.current_tenant', tenant::text, true);
end
$$;

comment on function rhizome.log_access(uuid, uuid, text, text, text) is 'Writes into both sides'' logs; for functions of the owner only.';

-- On the allow-list of functions that see past one tenant: begins to read what others share. Gives those of the named tenants that
-- let the current one read something, and nothing of any other, whether it exists or not. Both sides' logs have it when this commits.
create or replace function rhizome.visit(slugs text[], in_action text, in_subject text, in_actor text)
  returns table (slug text, tenant_id uuid)
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
  as $$
declare
  visitor constant uuid := rhizome.current_tenant();
begin
  for slug, tenant_id in
    select t.slug, t.tenant_id
      from rhizome.tenants t
     where t.slug = any (slugs) and t.status = 'active' and t.isolation = 'shared'
       and exists (select from rhizome.tenant_grants g
                    where g.guest = visitor and g.tenant_id = t.tenant_id and g.revoked_at is null
                      and (g.expires_at is null or g.expires_at > statement_timestamp()))
     order by t.slug
  loop
    perform rhizome.log_access(tenant_id, visitor, in_action, in_subject, in_actor);
    return next;
  end loop;
end
$$;
grant execute on function rhizome.visit(text[], text, text, text) to rhizome_app;

comment on function rhizome.visit(text[], text, text, text) is 'Tenants of these slugs that let the current one read, noted on both sides.';

-- On the allow-list of functions that run as the owner: what is given or taken away is in both sides' logs, whoever does it, and what was
-- taken away is not given back. Gives no row where the tenant shares nothing, or has as many grants that hold as it may have.
create or replace function rhizome.give_grant(
  in_grant uuid, in_guest uuid, in_name text, in_types text[], in_filter jsonb, in_ids text[], in_end timestamptz, in_actor text,
  most bigint, most_of_guest bigint) returns setof rhizome.tenant_grants
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
  given  rhizome.tenant_grants;
begin
  insert into rhizome.tenant_grants (tenant_id, grant_id, guest, name, types, filter, ids, expires_at, created_by)
  select tenant, in_grant, in_guest, in_name, in_types, in_filter, in_ids, in_end, in_actor
   where exists (select from rhizome.tenants t where t.tenant_id = tenant and t.isolation = 'shared')
     and (select count(*) < most and count(*) filter (where g.guest = in_guest) < most_of_guest
            from rhizome.tenant_grants g
           where g.tenant_id = tenant and g.revoked_at is null and (g.expires_at is null or g.expires_at > now()))
  returning * into given;
  if found then
    perform rhizome.log_access(tenant, in_guest, 'granted', in_grant::text, in_actor);
    return next given;
  end if;
end
$$;
grant execute on function
  rhizome.give_grant(uuid, uuid, text, text[], jsonb, text[], timestamptz, text, bigint, bigint) to rhizome_app;

comment on function rhizome.give_grant(uuid, uuid, text, text[], jsonb, text[], timestamptz, text, bigint, bigint)
  is 'Gives a grant of the current tenant, noted on both sides.';

-- On the allow-list, for the same reason.
create or replace function rhizome.revoke_grant(in_grant uuid, in_actor text) returns boolean
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
  other  uuid;
begin
  update rhizome.tenant_grants g set revoked_at = now(), revoked_by = in_actor
   where g.tenant_id = tenant and g.grant_id = in_grant and g.revoked_at is null
  returning g.guest into other;
  if found then
    perform rhizome.log_access(tenant, other, 'revoked', in_grant::text, in_actor);
  end if;
  return other is not null;
end
$$;
grant execute on function rhizome.revoke_grant(uuid, text) to rhizome_app;

comment on function rhizome.revoke_grant(uuid, text) is 'Revokes a grant of the current tenant for good, noted on both sides; gives whether it held.';

-- What the grants that hold let the current guest see. Each is called once a statement, and once again for each table of it. They are
-- plpgsql, whose plans a session keeps.
create or replace function rhizome.sees_all() returns boolean
  language plpgsql stable parallel safe
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
begin
  return exists (select from rhizome.tenant_grants g
                  where g.tenant_id = tenant and g.types is null and g.filter is null and g.ids is null);
end
$$;
create or replace function rhizome.seen_types() returns text[]
  language plpgsql stable parallel safe
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
begin
  return (select array_agg(type) from rhizome.tenant_grants g cross join unnest(g.types) as type
           where g.tenant_id = tenant and g.filter is null);
end
$$;
create or replace function rhizome.seen_ids() returns text[]
  language plpgsql stable parallel safe
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
begin
  return (select array_agg(id) from rhizome.tenant_grants g cross join unnest(g.ids) as id where g.tenant_id = tenant);
end
$$;
-- Of grants with a filter: what a thing's type and metadata contain, one for each type.
create or replace function rhizome.seen_shapes() returns jsonb[]
  language plpgsql stable parallel safe
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
begin
  return (select array_agg(jsonb_strip_nulls(jsonb_build_object('type', type)) || jsonb_build_object('metadata', g.filter))
            from rhizome.tenant_grants g left join lateral unnest(g.types) as type on true
           where g.tenant_id = tenant and g.filter is not null);
end
$$;

comment on function rhizome.sees_all() is 'Whether the current guest may read every thing of the tenant.';
comment on function rhizome.seen_types() is 'Types of which it may read all things, null for none.';
comment on function rhizome.seen_ids() is 'Ids of things that it may read, null for none.';
comment on function rhizome.seen_shapes() is 'What things contain that it may read by a filter, null for none.';
