-- V013: documents that are written first and get their vectors a moment later, so that embedding does not hold up who writes.

create table rhizome.late_vectors (
  tenant_id   uuid not null default rhizome.current_tenant(),
  document_id text not null,
  constraint late_vectors_pkey primary key (tenant_id, document_id)
);
call rhizome.isolate('rhizome.late_vectors');
grant select, insert, delete on rhizome.late_vectors to rhizome_app;
-- tenants_with_late_vectors runs as the owner, which forced row-level security would otherwise blind.
create policy operator_lists on rhizome.late_vectors for select to rhizome_owner using (true);

comment on table rhizome.late_vectors is 'Documents in search whose vectors are still to be made.';

-- Whether an entity's vector was its writer's own. One that was made of name and text stays while these stay as they are. Of
-- entities that were there before nobody knows, so theirs is made anew with the next change, as it always was.
alter table rhizome.entities add column own_vector boolean not null default true;
alter table rhizome.entities alter column own_vector set default false;
comment on column rhizome.entities.own_vector is 'Whether the writer gave the vector; else it is made of name and text.';
