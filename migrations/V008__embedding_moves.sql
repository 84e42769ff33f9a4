-- V008: a tenant moves from one embedding model to another while it is searched and written.

create table rhizome.reembedding_jobs (
  tenant_id   uuid        not null default rhizome.current_tenant(),
  from_space  smallint    not null,
  to_space    smallint    not null,
  state       text        not null default 'filling',
  documents      bigint      not null,
  filled      bigint      not null default 0,
  error       text,
  worker      uuid,
  lease_until timestamptz,
  started_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  switched_at timestamptz,
  ended_at    timestamptz,
  constraint reembedding_jobs_pkey primary key (tenant_id),
  constraint reembedding_jobs_tenant_exists foreign key (tenant_id) references rhizome.tenants (tenant_id),
  constraint reembedding_jobs_state_known check (state in ('filling', 'clearing', 'cancelling', 'done', 'cancelled')),
  constraint reembedding_jobs_ended check ((state in ('done', 'cancelled')) = (ended_at is not null))
);
call rhizome.isolate('rhizome.reembedding_jobs');
grant select, insert, update, delete on rhizome.reembedding_jobs to rhizome_app;
-- open_reembedding_jobs runs as the owner, which forced row-level security would otherwise blind.
create policy operator_lists on rhizome.reembedding_jobs for select to rhizome_owner using (true);

comment on table rhizome.reembedding_jobs is 'The last move of each tenant to another embedding model.';
comment on column rhizome.reembedding_jobs.state
  is 'filling the new space, clearing the old one after the switch, cancelling by clearing the new one; then ended.';
comment on column rhizome.reembedding_jobs.worker is 'Process that works on it until lease_until, after which another may.';

-- On the allow-list of functions that see past one tenant: which tenants the background job has work for, those first that
-- have waited longest, so that moves that fail again and again do not keep others from their turn.
create function rhizome.open_reembedding_jobs() returns setof uuid
  language sql stable security definer
  set search_path = pg_catalog, pg_temp
  begin atomic
    select tenant_id
      from rhizome.reembedding_jobs
     where ended_at is null and coalesce(lease_until, '-infinity') < now()
     order by updated_at;
  end;
revoke execute on function rhizome.open_reembedding_jobs() from public;
grant execute on function rhizome.open_reembedding_jobs() to rhizome_app;

comment on function rhizome.open_reembedding_jobs() is 'Tenants whose move nobody works on; for the background job only.';
