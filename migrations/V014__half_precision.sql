-- V014: an index of a large tenant's vectors can be one of half precision, which is smaller and faster (docs/adr/0025), and is asked
-- for vectors that it has not seen. Indexes that are there stay as they are, and are searched as before, until their tenant moves or
-- has doubled.

-- Every search reads this table, and whoever makes an index holds a lock on it for minutes. A search would have to wait behind us
-- while we wait for that lock, so we do not wait, but try again.
do $do$
begin
  loop
    begin
      lock table rhizome.vector_homes in access exclusive mode nowait;
      exit;
    exception when lock_not_available then
      perform pg_sleep(0.2);
    end;
  end loop;
end
$do$;

alter table rhizome.vector_homes
  add column index_type text,
  add column next_index_type text,
  add column held_out integer;
do $do$
declare
  tenant uuid;
begin
  for tenant in
    select h.tenant_id from rhizome.vector_homes h where h.indexed_space is not null or h.next_space is not null
  loop
    perform set_config('app.current_tenant', tenant::text, true);
    update rhizome.vector_homes h
       set index_type = case when h.indexed_space is not null then 'vector' end,
           calibrated_at = case when h.indexed_space is not null then coalesce(h.calibrated_at, greatest(1, h.vectors)) end,
           next_index_type = case when h.next_ef_search is not null then 'vector' end,
           held_out = case when h.next_space is not null then greatest(10, h.vectors / 200) end
     where h.tenant_id = tenant;
  end loop;
  perform set_config('app.current_tenant', '', true);
end
$do$;
alter table rhizome.vector_homes
  add constraint vector_homes_index_type_known check (index_type in ('vector', 'halfvec')),
  add constraint vector_homes_next_index_type_known check (next_index_type in ('vector', 'halfvec')),
  add constraint vector_homes_index_typed check ((indexed_space is null) = (index_type is null));

comment on column rhizome.vector_homes.index_type is 'What the home''s index is made of: whole vectors, or vectors of half precision.';
comment on column rhizome.vector_homes.next_index_type is 'The same of the next home''s index, once it is made.';
comment on column rhizome.vector_homes.held_out is 'One in this many vectors stays out of the copy until the index has been calibrated.';
comment on column rhizome.vector_homes.calibrated_at is 'How many vectors there were when that was measured. At twice as many the index is made anew.';

-- Replaced by functions with other parameters, or no longer needed.
drop function if exists rhizome.index_vectors(uuid, integer, integer, integer, integer, real, integer);
drop function if exists rhizome.calibrate(text, smallint, real, integer);
drop function if exists rhizome.recalibrate(uuid, real, integer);
