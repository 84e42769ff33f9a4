-- V002: tables to which rows are only added, and the first of them, who changed what.

-- The grants give the service no update and no delete of such a table; that is what protects it. This trigger stands behind
-- them and stops the owner too, unless one of the owner's functions says that rows of this table go. Nothing relies on it.
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
