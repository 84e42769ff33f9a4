-- V012: no index over vectors is shared by tenants any more. Small tenants share a table without one; a large tenant has a
-- table of its own, with its own (docs/adr/0021).
--
-- Over a database with data every change here is one of the catalogue: no row is copied, and the locks last for that moment.
-- A large tenant without a table of its own is compared vector by vector until the service has made it one.

drop procedure if exists rhizome.promote_tenant(text);
drop function if exists rhizome.exchange_own_partition(smallint, uuid, xid);
drop procedure if exists rhizome.catch_up_own_partition(uuid, xid);
drop procedure if exists rhizome.copy_to_own_partition(uuid);
drop procedure if exists rhizome.make_own_partition(uuid);
drop function if exists rhizome.own_partition(uuid);
drop procedure if exists rhizome.index_vector_space(smallint, integer, integer);
drop procedure if exists rhizome.add_vector_space(text, integer, integer, integer);

create table rhizome.vector_homes (
  tenant_id       uuid        not null default rhizome.current_tenant(),
  placement       text        not null default 'automatic',
  home            integer     not null default 0,
  indexed_space   smallint,
  ef_search       integer,
  recall          real,
  calibrated_at   bigint,
  vectors         bigint      not null default 0,
  changed_at      timestamptz not null default now(),
  step            text,
  next_home       integer,
  next_space      smallint,
  next_ef_search  integer,
  next_recall     real,
  copied_space    smallint,
  copied_document text,
  left_home       integer,
  updated_at      timestamptz not null default now(),
  constraint vector_homes_pkey primary key (tenant_id),
  constraint vector_homes_placement_known check (placement in ('automatic', 'own', 'shared')),
  constraint vector_homes_step_known check (step in ('copying', 'indexing', 'exchanging', 'clearing')),
  constraint vector_homes_moves check ((next_home is not null) = coalesce(step in ('copying', 'indexing', 'exchanging'), false)),
  constraint vector_homes_clears check ((left_home is not null) = coalesce(step = 'clearing', false)),
  constraint vector_homes_differ check (home <> next_home and home <> left_home),
  constraint vector_homes_calibrated check ((indexed_space is null) = (ef_search is null))
);
call rhizome.isolate('rhizome.vector_homes');
alter table rhizome.vector_homes
  add constraint vector_homes_tenant_exists foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, update, delete on rhizome.vector_homes to rhizome_app;
-- tenants_to_rehouse runs as the owner, which forced row-level security would otherwise blind.
create policy operator_lists on rhizome.vector_homes for select to rhizome_owner using (true);

comment on table rhizome.vector_homes is 'Where a tenant''s vectors are; a tenant without a row has never been large.';
comment on column rhizome.vector_homes.placement is 'What the operator wants: by size, a table of its own, or the shared one.';
comment on column rhizome.vector_homes.home is '0 is the shared table, n the tenant''s table of that number (vector_table).';
comment on column rhizome.vector_homes.indexed_space is 'The space over which the home has an HNSW index, null for none.';
comment on column rhizome.vector_homes.ef_search is 'The smallest ef_search that reached the wanted recall when the index was made.';
comment on column rhizome.vector_homes.recall is 'What it reached then, of the nearest ten.';
comment on column rhizome.vector_homes.calibrated_at is 'How many vectors there were when that was measured. At twice as many it is measured again.';
comment on column rhizome.vector_homes.vectors is 'How many there were at the last look; of a table of its own, what the server estimates.';
comment on column rhizome.vector_homes.changed_at is 'When a change was noticed last: an index waits until a load pauses.';
comment on column rhizome.vector_homes.step is 'How far a move is; null where none is under way.';
comment on column rhizome.vector_homes.next_home is 'Filled to take the place of home; writers note what they change meanwhile.';
comment on column rhizome.vector_homes.next_space is 'The space over which the next home gets an index, null for none.';
comment on column rhizome.vector_homes.left_home is 'Emptied after the move.';

-- One row for each statement that changed vectors. The next look at the tenant takes them away: a row that is not yet
-- committed stays for the look after it, so no change goes unnoticed.
create table rhizome.vector_changes (
  tenant_id  uuid        not null default rhizome.current_tenant(),
  change_id  uuid        not null default gen_random_uuid(),
  documents  text[],
  changed_at timestamptz not null default now(),
  constraint vector_changes_pkey primary key (tenant_id, change_id)
);
call rhizome.isolate('rhizome.vector_changes');
grant select, insert, delete on rhizome.vector_changes to rhizome_app;
create policy operator_lists on rhizome.vector_changes for select to rhizome_owner using (true);
create policy operator_locks on rhizome.vector_changes for update to rhizome_owner using (true) with check (false);
create policy operator_takes on rhizome.vector_changes for delete to rhizome_owner using (true);

comment on table rhizome.vector_changes is 'That vectors have changed, until somebody has looked whether the tenant is to move.';
comment on column rhizome.vector_changes.documents is 'Whose vectors, while the tenant is being moved; else null.';

do $do$
declare
  part    record;
  old_key text;
begin
  for part in
    select c.oid::regclass::text as name, c.relname,
           substring(pg_get_expr(c.relpartbound, c.oid) from '''([0-9a-f-]{36})''')::uuid as tenant
      from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'rhizome.vectors'::regclass
  loop
    execute 'alter table rhizome.vectors detach partition ' || part.name;
    if part.tenant is not null then
      execute format('alter table %s rename to %I', part.name, part.relname || '_1');
      execute format('grant select, insert, update, delete on rhizome.%I to rhizome_app', part.relname || '_1');
      perform set_config('app.current_tenant', part.tenant::text, true);
      -- The service scanned every index that wide before; the first look at the tenant has it measured.
      insert into rhizome.vector_homes (tenant_id, placement, home, indexed_space, ef_search)
      select part.tenant, 'own', 1, t.vector_space, 200 from rhizome.tenants t where t.tenant_id = part.tenant;
    end if;
  end loop;
  drop table rhizome.vectors;
  alter table rhizome.vectors_shared rename to vectors;
  for old_key in
    select i.indexrelid::regclass::text
      from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am a on a.oid = c.relam
     where i.indrelid = 'rhizome.vectors'::regclass and a.amname = 'hnsw'
  loop
    execute 'drop index ' || old_key;
  end loop;
  alter table rhizome.vectors rename constraint vectors_shared_pkey to vectors_pkey;
  grant select, insert, update, delete on rhizome.vectors to rhizome_app;
  -- What a promotion left that never came to its end: nothing has ever read it.
  for part in
    select c.oid::regclass::text as name from pg_class c
     where c.relnamespace = 'rhizome'::regnamespace and c.relkind = 'r' and c.relname ~ '^vectors_t[0-9a-f]{32}$'
  loop
    execute 'drop table ' || part.name;
  end loop;
  -- So that the service looks at every tenant once.
  for part in select t.tenant_id as tenant from rhizome.tenants t
  loop
    perform set_config('app.current_tenant', part.tenant::text, true);
    insert into rhizome.vector_changes (tenant_id) values (part.tenant);
  end loop;
  perform set_config('app.current_tenant', '', true);
end
$do$;

comment on table rhizome.vectors is 'Vectors of all tenants that have no table of their own, one a document and space.';
