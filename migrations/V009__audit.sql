-- V009: tables to which rows are only added, and the first of them, who changed what.

set local lock_timeout = '10s';

-- Stands behind the grants, which give the service no update and no delete: it stops the owner as well, unless one of the
-- functions below says that rows of this table go.
create function rhizome.refuse_change() returns trigger
  language plpgsql
  as $$
begin
  if tg_op = 'DELETE' and current_setting('rhizome.erasing', true) = tg_table_name then
    return null;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = '42501';
end
$$;

create procedure rhizome.make_append_only(kept regclass)
  language plpgsql
  as $$
begin
  execute format('create trigger append_only before update or delete or truncate on %s
                    for each statement execute function rhizome.refuse_change()', kept);
end
$$;
revoke execute on procedure rhizome.make_append_only(regclass) from public;

comment on procedure rhizome.make_append_only(regclass) is 'Refuses update, delete and truncate, to the owner too.';

create table rhizome.audit_log (
  tenant_id   uuid        not null default rhizome.current_tenant(),
  occurred_at timestamptz not null default clock_timestamp(),
  entry_id    uuid        not null default gen_random_uuid(),
  actor       text        not null,
  role        text        not null,
  request_id  text,
  action      text        not null,
  kind        text        not null,
  subject     text        not null,
  details     jsonb       not null default '{}',
  constraint audit_log_pkey primary key (tenant_id, occurred_at, entry_id),
  constraint audit_log_action_form check (action ~ '^[a-z][a-z-]{0,63}$'),
  constraint audit_log_kind_form check (kind ~ '^[a-z][a-z-]{0,63}$')
);
call rhizome.isolate('rhizome.audit_log');
call rhizome.make_append_only('rhizome.audit_log');
grant select, insert on rhizome.audit_log to rhizome_app;
create index audit_log_of_subject on rhizome.audit_log (tenant_id, kind, subject, occurred_at desc, entry_id desc);

comment on table rhizome.audit_log is 'Who changed what; no key leads to tenants, so that it outlives the tenant.';

-- Rows of append-only tables go when their tenant goes, but for the audit. Runs as the owner, for whom row-level security
-- holds too, and does nothing to a tenant that is not being removed.
create function rhizome.purge_append_only(most integer) returns bigint
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
  as $$
declare
  kept    record;
  removed bigint;
  total   bigint := 0;
begin
  if not exists (select from rhizome.tenants t
                  where t.tenant_id = rhizome.current_tenant() and t.status = 'closing') then
    raise exception 'the tenant is not being removed' using errcode = '42501';
  end if;
  for kept in
    select c.oid::regclass as name, c.relname
      from pg_trigger t join pg_class c on c.oid = t.tgrelid
     where t.tgname = 'append_only' and c.relnamespace = 'rhizome'::regnamespace
       and not c.relispartition and c.relname <> 'audit_log'
  loop
    perform set_config('rhizome.erasing', kept.relname, true);
    execute format('delete from %s where tenant_id = rhizome.current_tenant()
                       and ctid = any (array(select ctid from %1$s where tenant_id = rhizome.current_tenant() limit $1))',
                   kept.name)
      using most;
    get diagnostics removed = row_count;
    total := total + removed;
  end loop;
  perform set_config('rhizome.erasing', '', true);
  return total;
end
$$;

comment on function rhizome.purge_append_only(integer) is 'Removes a bite of a closing tenant''s append-only rows; gives how many.';

revoke execute on all functions in schema rhizome from public;
grant execute on function rhizome.purge_append_only(integer) to rhizome_app;
