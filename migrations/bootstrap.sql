-- The roles, the database and its extensions: what only an administrator can make, before any migration.
--
-- bin/postgres runs this on each start, and docker-compose when its database is new. On a server of your own, run it once with
-- psql 15 or newer as a superuser, or as a managed service's administrator; running it again changes nothing but the passwords, and
-- updates pgvector in the database:
--
--   DB_PASSWORD=… DB_MIGRATION_PASSWORD=… psql -h HOST -U ADMIN -f migrations/bootstrap.sql postgres
--
-- Instead of the environment, psql variables may hold them: owner_password, app_password, and database (rhizome).

\set ON_ERROR_STOP on
set client_min_messages = warning;

\if :{?database}
\else
  \set database rhizome
\endif
\if :{?owner_password}
\else
  \getenv owner_password DB_MIGRATION_PASSWORD
\endif
\if :{?app_password}
\else
  \getenv app_password DB_PASSWORD
\endif
\if :{?owner_password}
\else
  do 'begin raise exception ''set DB_MIGRATION_PASSWORD, the password that rhizome_owner is to have''; end';
\endif
\if :{?app_password}
\else
  do 'begin raise exception ''set DB_PASSWORD, the password that rhizome_app is to have''; end';
\endif

-- The owner migrates. The service logs in as rhizome_app, which owns nothing, so that row-level security holds for it.
select 'create role rhizome_owner nosuperuser nobypassrls nocreaterole nocreatedb'
 where not exists (select from pg_roles where rolname = 'rhizome_owner') \gexec
select 'create role rhizome_app nosuperuser nobypassrls nocreaterole nocreatedb noinherit'
 where not exists (select from pg_roles where rolname = 'rhizome_app') \gexec

-- Whoever reads what another tenant shares does so as rhizome_guest. The service changes to it for that, and inherits nothing of it.
select 'create role rhizome_guest nologin nosuperuser nobypassrls nocreaterole nocreatedb noinherit'
 where not exists (select from pg_roles where rolname = 'rhizome_guest') \gexec
select 'grant rhizome_guest to rhizome_app with inherit false, set true'
 where not pg_has_role('rhizome_app', 'rhizome_guest', 'member') \gexec

alter role rhizome_owner login nocreaterole nocreatedb password :'owner_password';
alter role rhizome_app login nocreaterole nocreatedb noinherit password :'app_password';
-- Only where it is needed: a managed service's administrator may not name these two attributes at all.
select format('alter role %I nosuperuser nobypassrls', rolname)
  from pg_roles where rolname in ('rhizome_owner', 'rhizome_app') and (rolsuper or rolbypassrls) \gexec

-- To give a database to a role, an administrator who is no superuser has to be its member.
select format('grant rhizome_owner to %I', current_user)
 where not pg_has_role(current_user, 'rhizome_owner', 'set') \gexec
select format('create database %I owner rhizome_owner encoding %L template template0', :'database', 'UTF8')
 where not exists (select from pg_database where datname = :'database') \gexec
select format('alter database %I owner to rhizome_owner', datname)
  from pg_database where datname = :'database' and pg_get_userbyid(datdba) <> 'rhizome_owner' \gexec
revoke connect, temporary on database :"database" from public;
grant connect on database :"database" to rhizome_owner, rhizome_app;

\connect :"database"
set client_min_messages = warning;
revoke create on schema public from public;
create extension if not exists vector schema public;
create extension if not exists pg_trgm schema public;
-- After an update of pgvector's programs; the service refuses versions that are too old.
alter extension vector update;
