-- Ways to leak, one a paragraph: what the pre-flight finds, and the administrator's statements that make it. $role is the role
-- that logs in, a member of rhizome_app; $group is a role of which it may be made a member.

-- role-bypasses-rls: $role
alter role $role bypassrls;

-- role-bypasses-rls: $role
alter role $role replication;

-- role-bypasses-rls: $group
alter role $group bypassrls;
grant $group to $role with inherit false;

-- role-bypasses-rls: pg_execute_server_program
grant pg_execute_server_program to $group;
grant $group to $role;

-- role-owns-objects: entities
alter table rhizome.entities owner to $role;

-- role-owns-objects: current_tenant()
alter function rhizome.current_tenant() owner to $group;
grant $group to $role;

-- role-may-create: schema rhizome
grant create on schema rhizome to rhizome_app;

-- role-may-create: schema public
grant create on schema public to public;

-- role-may-create: schema rhizome
grant create on schema rhizome to $group;
grant $group to $role with inherit false;

-- tenant-preset: current_tenant() is 00000000-0000-7000-8000-00000000000a
do $$ begin
  execute format('alter database %I set app.current_tenant = ''00000000-0000-7000-8000-00000000000a''', current_database());
end $$;

-- tenant-preset: current_tenant() is 00000000-0000-7000-8000-00000000000a
alter role $role set app.current_tenant = '00000000-0000-7000-8000-00000000000a';

-- tenant-preset: current_tenant() is 00000000-0000-7000-8000-00000000000a
create or replace function rhizome.current_tenant() returns uuid
  language sql stable parallel safe
  return coalesce(nullif(current_setting('app.current_tenant', true), ''), '00000000-0000-7000-8000-00000000000a')::uuid;

-- rls-not-forced: entities
alter table rhizome.entities no force row level security;

-- rls-not-forced: entities
alter table rhizome.entities disable row level security;

-- rls-not-forced: child
create table rhizome.child () inherits (rhizome.entities);
call rhizome.isolate('rhizome.child');
alter table rhizome.child disable row level security;

-- no-tenant-column: notes
create table rhizome.notes (tenant_id uuid, note text);
call rhizome.isolate('rhizome.notes');

-- key-not-by-tenant: notes_note_key of notes
create table rhizome.notes (tenant_id uuid not null, note text unique);
call rhizome.isolate('rhizome.notes');

-- key-not-by-tenant: entities_name of entities
create unique index entities_name on rhizome.entities (name);

-- key-not-by-tenant: notes_slug_fkey of notes
create table rhizome.notes (tenant_id uuid not null, slug text references rhizome.tenants (slug));
call rhizome.isolate('rhizome.notes');

-- policy-missing: entities for delete
drop policy own_rows_delete on rhizome.entities;

-- policy-missing: tenants for select
drop policy own_rows_read on rhizome.tenants;

-- policy-too-wide: entities.wide
create policy wide on rhizome.entities using (true);

-- policy-too-wide: entities.wide
create policy wide on rhizome.entities to rhizome_app using (type = 'T');

-- policy-too-wide: entities.wide
create policy wide on rhizome.entities using (tenant_id = rhizome.current_tenant() or true);

-- policy-too-wide: entities.wide
create policy wide on rhizome.entities for update using (tenant_id = rhizome.current_tenant()) with check (true);

-- policy-too-wide: entities.wide
create function public.current_tenant() returns uuid language sql return null::uuid;
create policy wide on rhizome.entities using (tenant_id = public.current_tenant());

-- policy-too-wide: entities.wide
create policy wide on rhizome.entities to $group using (true);
grant $group to $role with inherit false;

-- privilege-past-rls: truncate on entities
grant truncate on rhizome.entities to rhizome_app;

-- privilege-past-rls: references on entities
grant references (entity_id) on rhizome.entities to rhizome_app;

-- privilege-past-rls: trigger on entities
grant trigger on rhizome.entities to public;

-- view-runs-as-owner: all_entities
create view rhizome.all_entities as select * from rhizome.entities;

-- view-runs-as-owner: all_entities
create view rhizome.all_entities with (security_invoker = off) as select * from rhizome.entities;

-- partition-reachable: part
create table rhizome.parted (tenant_id uuid not null, n integer) partition by list (n);
create table rhizome.part partition of rhizome.parted default;
call rhizome.isolate('rhizome.parted');
call rhizome.isolate('rhizome.part');
grant select on rhizome.part to rhizome_app;

-- partition-reachable: part
create table rhizome.parted (tenant_id uuid not null, n integer) partition by list (n);
create table rhizome.part partition of rhizome.parted default;
call rhizome.isolate('rhizome.parted');
call rhizome.isolate('rhizome.part');
grant update (n) on rhizome.part to rhizome_app;

-- reachable-without-rls: snapshot
create materialized view rhizome.snapshot as select * from rhizome.entities;
grant select on rhizome.snapshot to public;

-- reachable-without-rls: snapshot
create materialized view rhizome.snapshot as select * from rhizome.entities;
grant select (name) on rhizome.snapshot to rhizome_app;

-- reachable-without-rls: snapshot
create materialized view rhizome.snapshot as select * from rhizome.entities;
grant usage on schema rhizome to $group;
grant select on rhizome.snapshot to $group;
grant $group to $role with inherit false;

-- reachable-without-rls: elsewhere
create foreign data wrapper nothing;
create server nowhere foreign data wrapper nothing;
create foreign table rhizome.elsewhere (name text) server nowhere;
grant select on rhizome.elsewhere to rhizome_app;

-- reachable-without-rls: writes
create sequence rhizome.writes;
grant usage on sequence rhizome.writes to rhizome_app;

-- reachable-outside-schema: public.copy
create table public.copy as select * from rhizome.entities;
grant select on public.copy to public;

-- reachable-outside-schema: public.copy
create table public.copy as select * from rhizome.entities;
grant select (name) on public.copy to rhizome_app;

-- reachable-outside-schema: reports.all_entities
create schema reports;
create view reports.all_entities as select * from rhizome.entities;
grant usage on schema reports to public;
grant select on reports.all_entities to rhizome_app;

-- definer-not-allowed: peek()
create function rhizome.peek() returns bigint
  language sql security definer set search_path = pg_catalog, pg_temp
  return (select count(*) from rhizome.entities);

-- definer-not-allowed: list_tenants()
create function rhizome.list_tenants() returns bigint
  language sql security definer set search_path = pg_catalog, pg_temp
  return (select count(*) from rhizome.tenants);

-- definer-not-allowed: peek()
create function public.peek() returns bigint
  language sql security definer
  return (select count(*) from rhizome.entities);

-- definer-without-search-path: list_tenants(text,integer)
alter function rhizome.list_tenants(text, integer) reset search_path;

-- definer-without-search-path: list_tenants(text,integer)
alter function rhizome.list_tenants(text, integer) set search_path = public;

-- postgresql-too-old: 17.5
set allow_system_table_mods = on;
alter function pg_catalog.current_setting(text) rename to current_setting_in_truth;
create function pg_catalog.current_setting(name text) returns text language sql stable
  return case name when 'server_version_num' then '170005' when 'server_version' then '17.5'
              else pg_catalog.current_setting_in_truth(name) end;

-- pgvector-too-old: 0.7.4
update pg_extension set extversion = '0.7.4' where extname = 'vector';
