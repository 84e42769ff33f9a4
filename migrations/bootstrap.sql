-- The two roles, the database and its extensions: what only an administrator can make, before any migration.
--
-- bin/postgres runs this on each start, docker-compose at the first one. On a server of your own, run it once with psql as
-- a superuser (or the managed service's admin role):
--
--   psql -v owner_password=… -v app_password=… -v database=rhizome -f migrations/bootstrap.sql postgres

\set ON_ERROR_STOP on

select 'create role rhizome_owner' where not exists (select from pg_roles where rolname = 'rhizome_owner') \gexec
select 'create role rhizome_app' where not exists (select from pg_roles where rolname = 'rhizome_app') \gexec
-- The owner migrates; the service logs in as rhizome_app, which owns nothing and which row-level security holds for.
alter role rhizome_owner login nosuperuser nobypassrls nocreaterole nocreatedb password :'owner_password';
alter role rhizome_app login nosuperuser nobypassrls nocreaterole nocreatedb password :'app_password';

select format('create database %I owner rhizome_owner', :'database')
 where not exists (select from pg_database where datname = :'database') \gexec
revoke connect, temporary on database :"database" from public;
grant connect on database :"database" to rhizome_owner, rhizome_app;

\connect :"database"
revoke create on schema public from public;
set client_min_messages = warning;
create extension if not exists vector schema public;
create extension if not exists pg_trgm schema public;
