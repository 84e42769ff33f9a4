-- V010: leases of background jobs, so that one process at a time works on a tenant.

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
