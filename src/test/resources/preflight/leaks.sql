-- Broken databases, one a paragraph: what the check finds, and the administrator's statements that make it. $role is the role that
-- logs in, a member of rhizome_app; $group is a role of which it may be made a member. $version is the newest migration's.

-- postgresql-too-old: 17.10
set allow_system_table_mods = on;
alter function pg_catalog.current_setting(text) rename to current_setting_in_truth;
create function pg_catalog.current_setting(name text) returns text language sql stable
  return case name when 'server_version' then '17.10' else pg_catalog.current_setting_in_truth(name) end;

-- postgresql-too-old: 15.18 (Debian 15.18-0+deb12u1)
set allow_system_table_mods = on;
alter function pg_catalog.current_setting(text) rename to current_setting_in_truth;
create function pg_catalog.current_setting(name text) returns text language sql stable
  return case name when 'server_version' then '15.18 (Debian 15.18-0+deb12u1)' else pg_catalog.current_setting_in_truth(name) end;

-- pgvector-too-old: 0.8.3
update pg_extension set extversion = '0.8.3' where extname = 'vector';

-- pgvector-too-old: library 0.8.0
set allow_system_table_mods = on;
alter view pg_catalog.pg_available_extensions rename to pg_available_extensions_in_truth;
create view pg_catalog.pg_available_extensions as select 'vector'::name as name, '0.8.0'::text as default_version;
grant select on pg_catalog.pg_available_extensions to public;

-- schema-version-differs: version 1, and this program expects $version
delete from rhizome.flyway_schema_history where version::integer > 1;

-- schema-version-differs: version 999, and this program expects $version
insert into rhizome.flyway_schema_history
select installed_rank + 1000, '999', 'later', type, 'V999__later.sql', checksum, installed_by, now(), 1, true
  from rhizome.flyway_schema_history where version is not null order by installed_rank limit 1;

-- schema-version-differs: failed: V999__later.sql
insert into rhizome.flyway_schema_history
select installed_rank + 1000, '999', 'later', type, 'V999__later.sql', checksum, installed_by, now(), 1, false
  from rhizome.flyway_schema_history where version is not null order by installed_rank limit 1;

-- schema-functions-differ: R__indexing.sql
update rhizome.flyway_schema_history set checksum = checksum + 1 where script = 'R__indexing.sql';

-- schema-functions-differ: R__jobs.sql
delete from rhizome.flyway_schema_history where script = 'R__jobs.sql';

-- collation-version-differs: made with version 0
update pg_database set datcollversion = '0' where datname = current_database();

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

-- role-reads-everything: pg_read_all_data
grant pg_read_all_data to $role;

-- role-reads-everything: pg_write_all_data
grant pg_write_all_data to $group;
grant $group to $role with inherit false;

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

-- role-may-create: roles and databases, as $role
alter role $role createrole;

-- role-may-create: roles and databases, as $group
alter role $group createdb;
grant $group to $role;

-- role-may-set-parameters: session_replication_role
grant set on parameter session_replication_role to $role;

-- role-may-set-parameters: local_preload_libraries
grant alter system on parameter local_preload_libraries to $group;
grant $group to $role with inherit false;

-- role-has-server-powers: pg_monitor
grant pg_monitor to $role;

-- role-has-server-powers: pg_signal_backend
grant pg_signal_backend to $group;
grant $group to $role with inherit false;

-- owner-too-powerful: list_tenants(text,integer), owned by $group
alter role $group superuser;
alter function rhizome.list_tenants(text, integer) owner to $group;

-- owner-too-powerful: schema rhizome, owned by $group
alter role $group bypassrls;
alter schema rhizome owner to $group;

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

-- rewrite-rule: copied on entities
create table public.copies (tenant_id uuid, name text);
create rule copied as on insert to rhizome.entities
  do also insert into public.copies values (new.tenant_id, new.name);

-- table-is-published: everything, of 1 tables
create publication everything for table rhizome.entities;

-- large-object-reachable: 1 large objects
select lo_create(4711);
grant select on large object 4711 to public;

-- large-object-reachable: 1 large objects
select lo_create(4711);
alter role $role set lo_compat_privileges = on;

-- tenant-preset: app.current_tenant is 00000000-0000-7000-8000-00000000000a
do $$ begin
  execute format('alter database %I set app.current_tenant = ''00000000-0000-7000-8000-00000000000a''', current_database());
end $$;

-- tenant-preset: app.current_tenant is 00000000-0000-7000-8000-00000000000a
alter role $role set app.current_tenant = '00000000-0000-7000-8000-00000000000a';

-- tenant-function-altered: current_tenant()
create or replace function rhizome.current_tenant() returns uuid
  language sql stable parallel safe
  return coalesce(nullif(current_setting('app.current_tenant', true), ''), '00000000-0000-7000-8000-00000000000a')::uuid;

-- tenant-function-altered: current_tenant()
alter function rhizome.current_tenant() set search_path = rhizome;

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

-- policy-too-wide: entities.wide
create policy wide on rhizome.entities using (tenant_id = (select rhizome.current_tenant()));

-- policy-hides-rows: entities.narrow
create policy narrow on rhizome.entities as restrictive to rhizome_app using (type <> 'Secret');

-- guest-too-powerful: insert on entities
grant insert on rhizome.entities to rhizome_guest;

-- guest-too-powerful: update on tenant_grants
grant update (expires_at) on rhizome.tenant_grants to rhizome_guest;

-- guest-too-powerful: execute on visit(text[],text,text,text)
grant execute on function rhizome.visit(text[], text, text, text) to rhizome_guest;

-- guest-too-powerful: rhizome_guest, inherited
grant rhizome_guest to $role with inherit true;

-- guest-not-bound: relationships
grant select (source_id) on rhizome.relationships to rhizome_guest;

-- guest-not-bound: entities
drop policy guest_reads_granted on rhizome.entities;

-- guest-not-bound: vectors
alter policy guest_reads_granted on rhizome.vectors using (true);

-- guest-not-bound: tenant_grants
drop policy guest_reads_live on rhizome.tenant_grants;

-- guest-not-bound: current_guest()
create or replace function rhizome.current_guest() returns uuid language sql stable parallel safe
  return coalesce(nullif(current_setting('app.current_guest', true), ''), '00000000-0000-0000-0000-000000000000')::uuid;

-- key-not-by-tenant: notes_note_key of notes
create table rhizome.notes (tenant_id uuid not null, note text unique);
call rhizome.isolate('rhizome.notes');

-- key-not-by-tenant: entities_name of entities
create unique index entities_name on rhizome.entities (name);

-- key-not-by-tenant: notes_slug_fkey of notes
create table rhizome.notes (tenant_id uuid not null, slug text references rhizome.tenants (slug));
call rhizome.isolate('rhizome.notes');

-- key-not-by-tenant: notes_note_excl of notes
create table rhizome.notes (tenant_id uuid not null, note text, exclude (note with =));
call rhizome.isolate('rhizome.notes');

-- constraint-not-validated: entities_named of entities
alter table rhizome.entities add constraint entities_named check (name <> '') not valid;

-- index-invalid: entities_by_name of entities
create index entities_by_name on rhizome.entities (tenant_id, name);
update pg_index set indisvalid = false where indexrelid = 'rhizome.entities_by_name'::regclass;

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

-- definer-altered: list_tenants(text,integer)
do $$ begin
  execute replace(pg_get_functiondef('rhizome.list_tenants(text, integer)'::regprocedure), 'limit most', '');
end $$;

-- definer-altered: events_to_roll_up()
create or replace function rhizome.events_to_roll_up() returns setof uuid
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select t.tenant_id from rhizome.tenants t;
  end;

-- definer-for-everybody: list_tenants(text,integer)
grant execute on function rhizome.list_tenants(text, integer) to public;

-- leakproof-function: shown(text)
create function public.shown(name text) returns boolean language plpgsql leakproof
  as 'begin raise notice ''%'', name; return true; end';

-- leakproof-function: is_left_home_read(timestamp with time zone)
alter function rhizome.is_left_home_read(timestamptz) leakproof;

-- trigger-from-elsewhere: copied on entities
create function public.copy() returns trigger language plpgsql as 'begin return new; end';
create trigger copied after insert on rhizome.entities for each row execute function public.copy();

-- trigger-disabled: audit_log
alter table rhizome.audit_log disable trigger append_only;

-- trigger-disabled: relationships
alter table rhizome.relationships disable trigger all;

-- trigger-disabled: session_replication_role is replica
alter role $role set session_replication_role = replica;

-- privilege-past-rls: truncate on entities
grant truncate on rhizome.entities to rhizome_app;

-- privilege-past-rls: references on entities
grant references (entity_id) on rhizome.entities to rhizome_app;

-- privilege-past-rls: trigger on entities
grant trigger on rhizome.entities to public;

-- shared-table-writable: vector_spaces
grant update on rhizome.vector_spaces to rhizome_app;

-- shared-table-writable: flyway_schema_history
grant insert (script) on rhizome.flyway_schema_history to $group;
grant $group to $role with inherit false;

-- append-only-weakened: delete on audit_log
grant delete on rhizome.audit_log to rhizome_app;

-- append-only-weakened: update on caws_provenance_graph
grant update (hash) on rhizome.caws_provenance_graph to rhizome_app;

-- append-only-weakened: performance_events without its trigger
drop trigger append_only on rhizome.performance_events;

-- tenant-state-writable: update of status on tenants
grant update (status) on rhizome.tenants to rhizome_app;

-- tenant-state-writable: delete on provenance_chains
grant delete on rhizome.provenance_chains to rhizome_app;

-- default-privileges-too-wide: new tables for rhizome_app
alter default privileges for role rhizome_owner in schema rhizome grant select on tables to rhizome_app;

-- default-privileges-too-wide: new functions for everybody
alter default privileges for role rhizome_owner grant execute on routines to public;
alter default privileges for role rhizome_owner grant execute on routines to $group;

-- granted-to-everybody: select on entities
grant select on rhizome.entities to public;

-- granted-to-everybody: schema rhizome
grant usage on schema rhizome to public;

-- catalogue-readable: pg_statistic
grant select on pg_catalog.pg_statistic to public;

-- catalogue-readable: pg_authid
grant select (rolpassword) on pg_catalog.pg_authid to $group;
grant $group to $role with inherit false;

-- server-files-readable: pg_read_file(text)
grant execute on function pg_read_file(text) to public;

-- server-files-readable: lo_import(text)
grant execute on function lo_import(text) to rhizome_app;

-- reaches-other-servers: extension dblink
create extension dblink;

-- reaches-other-servers: language plunsafe
create language plunsafe handler plpgsql_call_handler;

-- reaches-other-servers: server nowhere
create foreign data wrapper nothing;
create server nowhere foreign data wrapper nothing;
grant usage on foreign server nowhere to $role;

-- log-shows-values: log_min_duration_statement is 0
alter role $role set log_min_duration_statement = 0;

-- log-shows-values: log_statement is all
alter role $role set log_statement = 'all';

-- log-shows-values: log_parameter_max_length_on_error is -1
alter role $role set log_parameter_max_length_on_error = -1;

-- connection-not-encrypted: the connection from 203.0.113.7
set allow_system_table_mods = on;
alter function pg_catalog.inet_client_addr() rename to inet_client_addr_in_truth;
create function pg_catalog.inet_client_addr() returns inet language sql stable return '203.0.113.7'::inet;

-- passwords-hashed-by-md5: password_encryption is md5
alter role $role set password_encryption = 'md5';

-- writes-not-durable: synchronous_commit is off
alter role $role set synchronous_commit = off;

-- checksums-off: data_checksums is off
set allow_system_table_mods = on;
alter function pg_catalog.current_setting(text) rename to current_setting_in_truth;
create function pg_catalog.current_setting(name text) returns text language sql stable
  return case name when 'data_checksums' then 'off' else pg_catalog.current_setting_in_truth(name) end;
