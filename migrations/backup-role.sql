-- The role that pg_dump logs in as: it reads all rows, past row-level security, and changes nothing. Nobody else may become it.
--
-- An administrator makes it when it is needed, with psql 15 or newer, as a superuser, or on PostgreSQL 16 and newer as a role
-- with createrole and bypassrls; running it again changes its password and for how long that is valid:
--
--   BACKUP_PASSWORD=… psql -h HOST -U ADMIN -f migrations/backup-role.sql rhizome
--
-- The password is valid for a day, or until BACKUP_VALID_UNTIL (a time, or infinity). To take it all back:
--
--   drop owned by rhizome_backup; drop role rhizome_backup;
--
-- Instead of the environment, psql variables may hold them: backup_password, backup_valid_until. See docs/backup.md.

\set ON_ERROR_STOP on
set client_min_messages = warning;

\if :{?backup_password}
\else
  \getenv backup_password BACKUP_PASSWORD
\endif
\if :{?backup_password}
\else
  do 'begin raise exception ''set BACKUP_PASSWORD, the password that rhizome_backup is to have''; end';
\endif
\if :{?backup_valid_until}
\else
  \getenv backup_valid_until BACKUP_VALID_UNTIL
\endif
\if :{?backup_valid_until}
\else
  select now() + interval '1 day' as backup_valid_until \gset
\endif

select 'create role rhizome_backup' where not exists (select from pg_roles where rolname = 'rhizome_backup') \gexec
alter role rhizome_backup login bypassrls nocreaterole nocreatedb connection limit 10
  password :'backup_password' valid until :'backup_valid_until';
alter role rhizome_backup set default_transaction_read_only = on;
select format('grant connect on database %I to rhizome_backup', current_database()) \gexec
grant pg_read_all_data to rhizome_backup;
-- Whoever may become it would see all tenants; the service's check would refuse to start.
select format('revoke rhizome_backup from %I', m.member::regrole::text)
  from pg_auth_members m where m.roleid = 'rhizome_backup'::regrole and m.member::regrole::text ~ '^rhizome_' \gexec
