-- V015: leases of background jobs, so that one process at a time works on a tenant.

create table rhizome.job_leases (
  tenant_id   uuid        not null default rhizome.current_tenant(),
  job         text        not null,
  worker      uuid,
  lease_until timestamptz,
  failures    integer     not null default 0,
  retry_at    timestamptz not null default now(),
  error       text,
  updated_at  timestamptz not null default now(),
  constraint job_leases_pkey primary key (tenant_id, job),
  constraint job_leases_job_length check (char_length(job) between 1 and 64),
  constraint job_leases_worker_has_until check ((worker is null) = (lease_until is null))
);
call rhizome.isolate('rhizome.job_leases');
alter table rhizome.job_leases
  add constraint job_leases_tenant_exists foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, update, delete on rhizome.job_leases to rhizome_app;
-- tenants_free_for_job runs as the owner, which forced row-level security would otherwise blind.
create policy operator_lists on rhizome.job_leases for select to rhizome_owner using (true);

comment on table rhizome.job_leases is 'Background jobs that a process works on, or that failed and will be tried again.';
comment on column rhizome.job_leases.worker is 'Process that works on the tenant until lease_until, after which another may.';
comment on column rhizome.job_leases.failures is 'Failures one after another; the pause before the next attempt grows with them.';

-- On the allow-list of functions that see past one tenant: which of the tenants with work a job may begin, in their order.
create function rhizome.tenants_free_for_job(in_job text, pending uuid[]) returns setof uuid
  language sql stable security definer
  set search_path = pg_catalog, pg_temp
  as $$
    select p.tenant_id
      from unnest(pending) with ordinality as p (tenant_id, place)
      left join rhizome.job_leases l on l.tenant_id = p.tenant_id and l.job = in_job
     where l.tenant_id is null or (coalesce(l.lease_until, '-infinity') < now() and l.retry_at <= now())
     order by p.place
  $$;
revoke execute on function rhizome.tenants_free_for_job(text, uuid[]) from public;
grant execute on function rhizome.tenants_free_for_job(text, uuid[]) to rhizome_app;

comment on function rhizome.tenants_free_for_job(text, uuid[]) is 'Tenants that no process works on and none waits to retry.';

-- The lease of a re-embedding job is one of these; so is its last error.
drop function rhizome.open_reembedding_jobs();
alter table rhizome.reembedding_jobs drop column worker, drop column lease_until, drop column error;

-- A job that is filling a space needs the model of that space; any service can do the rest.
create function rhizome.open_reembedding_jobs(models text[]) returns setof uuid
  language sql stable security definer
  set search_path = pg_catalog, pg_temp
  as $$
    select j.tenant_id
      from rhizome.reembedding_jobs j
      join rhizome.vector_spaces s on s.space = j.to_space
     where j.ended_at is null and (j.state <> 'filling' or s.model = any (models))
     order by j.updated_at
  $$;
revoke execute on function rhizome.open_reembedding_jobs(text[]) from public;
grant execute on function rhizome.open_reembedding_jobs(text[]) to rhizome_app;

comment on function rhizome.open_reembedding_jobs(text[])
  is 'Tenants with an open re-embedding job for a service that has these models; for the background job only.';
