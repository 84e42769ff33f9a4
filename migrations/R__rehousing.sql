-- Functions of V012 by which the background job moves a tenant's vectors from one table to another, step by step. Each step is
-- a transaction, can be repeated, and does nothing for a worker that has lost its lease.

-- The current tenant's move, where it has come to this step and the worker has the lease; both stay so until the commit.
create or replace function rhizome.leased_move(in_worker uuid, in_step text) returns rhizome.vector_homes
  language plpgsql volatile
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
  housed rhizome.vector_homes;
begin
  perform from rhizome.job_leases l
    where l.tenant_id = tenant and l.job = 'rehousing' and l.worker = in_worker for share;
  if found then
    select h.* into housed from rhizome.vector_homes h
     where h.tenant_id = tenant and h.step is not distinct from in_step for update;
  end if;
  return housed;
end
$$;
grant execute on function rhizome.leased_move(uuid, text) to rhizome_app;

comment on function rhizome.leased_move(uuid, text) is 'The move of the current tenant for the worker that has the lease, else null.';

-- On the allow-list of functions that run as the owner, who alone may make tables: begins a move. From then on writers note
-- what they change. As secure as every other table, a home is reached like one: its policies hold for whoever names it.
create or replace function rhizome.begin_rehousing(in_worker uuid, target text) returns boolean
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '1s'
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
  housed   rhizome.vector_homes;
  in_space smallint;
  next     integer;
  new_home text;
begin
  -- Writers that come later see that the move has begun.
  perform rhizome.lock_vector_home(true);
  select t.vector_space into in_space from rhizome.tenants t
   where t.tenant_id = tenant and t.status = 'active' for key share;
  housed := rhizome.leased_move(in_worker, null);
  if in_space is null or housed.tenant_id is null or target = 'shared' and housed.home = 0 then
    return false;
  end if;
  next := case target when 'shared' then 0 else housed.home + 1 end;
  if next > 0 then
    new_home := rhizome.vector_table(tenant, next);
    execute 'drop table if exists ' || new_home;
    execute format('create table %s (like rhizome.vectors including defaults including constraints including storage)', new_home);
    execute format('alter table %s add primary key (tenant_id, space, document_id)', new_home);
    execute format('call rhizome.isolate(%L)', new_home);
    execute format('grant select, insert, update, delete on %s to rhizome_app', new_home);
    execute format('call rhizome.share_with_documents(%L)', new_home);
  end if;
  update rhizome.vector_homes h
     set step = 'copying', next_home = next, next_space = case target when 'indexed' then in_space end,
         held_out = case target when 'indexed' then greatest(10, housed.vectors / 200) end,
         next_index_type = null, next_ef_search = null, next_recall = null, copied_space = 0, copied_document = '',
         updated_at = now()
   where h.tenant_id = tenant;
  return true;
exception when lock_not_available or query_canceled then
  return true; -- lets those pass who waited behind us
end
$$;
grant execute on function rhizome.begin_rehousing(uuid, text) to rhizome_app;

comment on function rhizome.begin_rehousing(uuid, text) is 'Begins to move the current tenant''s vectors; for the background job only.';

-- Some vectors are left out of a copy that gets an index, as questions to it (calibrate).
create or replace function rhizome.copy_vectors(in_worker uuid, most integer) returns boolean
  language plpgsql volatile
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
  housed constant rhizome.vector_homes := rhizome.leased_move(in_worker, 'copying');
  last_space    smallint;
  last_document text;
begin
  if housed.tenant_id is null then
    return false;
  end if;
  execute format(
    'with batch as materialized (
       select tenant_id, space, document_id, embedding from %s
        where tenant_id = $1 and (space, document_id) > ($2, $3) order by space, document_id limit $4
     ), copied as (
       insert into %s (tenant_id, space, document_id, embedding)
       select tenant_id, space, document_id, embedding from batch
        where $5 is null or hashtext(document_id) %% $5 <> 0
        order by space, document_id
           on conflict do nothing)
     select space, document_id from batch order by space desc, document_id desc limit 1',
    rhizome.vector_table(tenant, housed.home), rhizome.vector_table(tenant, housed.next_home))
    into last_space, last_document using tenant, housed.copied_space, housed.copied_document, most, housed.held_out;
  update rhizome.vector_homes h
     set copied_space = coalesce(last_space, h.copied_space), copied_document = coalesce(last_document, h.copied_document),
         step = case when last_space is not null then 'copying' when h.next_space is null then 'exchanging' else 'indexing' end,
         updated_at = now()
   where h.tenant_id = tenant;
  return true;
end
$$;
grant execute on function rhizome.copy_vectors(uuid, integer) to rhizome_app;

comment on function rhizome.copy_vectors(uuid, integer) is 'Copies some more vectors into the next home; whether the move goes on.';

-- What an index is made of. Numbers of a vector can be larger or smaller than half precision has; those of its direction cannot be
-- larger, and the direction is all that counts.
create or replace function rhizome.indexed_vector(vector text, in_type text, dimension integer) returns text
  language sql immutable
  as $$
  select case in_type when 'halfvec' then format('public.l2_normalize(%s)::public.halfvec(%s)', vector, dimension)
              else format('%s::public.vector(%s)', vector, dimension) end
$$;
grant execute on function rhizome.indexed_vector(text, text, integer) to rhizome_app;

comment on function rhizome.indexed_vector(text, text, integer) is 'The expression over which an index of that type is made.';

-- The smallest ef_search by which searches for the questions find the wanted share of the nearest ten. A vector of the index is no
-- good question: it is a node of the graph, linked to its neighbours, and so found too easily. One made of such vectors lies
-- where no vectors are, and is found too hard. A row that is as near as the tenth counts as found.
create or replace function rhizome.calibrate(
  home text, in_space smallint, in_type text, wanted real, questions public.vector[], out ef_search integer, out recall real)
  language plpgsql volatile
  set plan_cache_mode = force_custom_plan
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
  dimension constant integer := (select s.dimension from rhizome.vector_spaces s where s.space = in_space);
  -- The index orders by what it is made of, and the whole vectors tell how near a row is.
  through_index constant text := format(
    'select count(*) from (select v.embedding operator(public.<=>) $1 as distance from %s v
                            where v.tenant_id = $2 and v.space = %s
                            order by %s operator(public.<=>) %s limit 10) as found where found.distance <= $3',
    home, in_space, rhizome.indexed_vector('v.embedding', in_type, dimension), rhizome.indexed_vector('$1', in_type, dimension));
  compared constant text := format(
    'select max(distance) from (select v.embedding operator(public.<=>) $1 as distance from %s v
                                 where v.tenant_id = $2 and v.space = %s
                                 order by (v.embedding operator(public.<=>) $1) + 0.0 limit 10) as nearest', home, in_space);
  furthest float8[];
  distance float8;
  found    integer;
  hits     bigint;
begin
  for i in 1..cardinality(questions)
  loop
    execute compared into distance using questions[i], tenant;
    furthest[i] := distance;
  end loop;
  perform set_config('hnsw.iterative_scan', 'strict_order', true), set_config('enable_seqscan', 'off', true),
          set_config('enable_sort', 'off', true);
  foreach ef_search in array '{40,60,80,100,140,200,280,400,560,800,1000}'::integer[]
  loop
    perform set_config('hnsw.ef_search', ef_search::text, true);
    hits := 0;
    for i in 1..cardinality(questions)
    loop
      execute through_index into found using questions[i], tenant, furthest[i] + 1e-6;
      hits := hits + found;
    end loop;
    recall := hits::real / nullif(10 * cardinality(questions), 0); -- null where nothing was asked
    -- A sample can be lucky: where .992 was found for it, .982 was found for 500 other questions. So the aim is to miss half as
    -- much as may be missed.
    exit when coalesce(recall, 1) >= (1 + wanted) / 2;
  end loop;
end
$$;
grant execute on function rhizome.calibrate(text, smallint, text, real, public.vector[]) to rhizome_app;

comment on function rhizome.calibrate(text, smallint, text, real, public.vector[])
  is 'How wide a scan of an index has to be, and what it finds then.';

-- On the allow-list of functions that run as the owner, who alone may make indexes: makes the next home's, which takes as long
-- as it takes and holds up nobody, for nobody else uses that table yet. Without m and ef_construction, the number of vectors
-- decides; pgvector wants the second to be twice the first at least.
create or replace function rhizome.index_vectors(
  in_worker uuid, in_type text, m integer, ef_construction integer, memory integer, workers integer, wanted_recall real,
  many integer default 200000)
  returns boolean
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
  housed     rhizome.vector_homes;
  home       text;
  old_home   text;
  dimension  integer;
  vectors    bigint;
  questions  public.vector[];
  calibrated record;
begin
  select h.* into housed from rhizome.vector_homes h where h.tenant_id = tenant and h.step = 'indexing';
  if not found then
    return false;
  end if;
  home := rhizome.vector_table(tenant, housed.next_home);
  old_home := rhizome.vector_table(tenant, housed.home);
  -- As much memory as the graph may take, for one that does not fit is made several times more slowly.
  perform set_config('maintenance_work_mem', least(memory, 64 + 3 * pg_relation_size(home::regclass) / 2000000) || 'MB', true),
          set_config('max_parallel_maintenance_workers', workers::text, true);
  select s.dimension into dimension from rhizome.vector_spaces s where s.space = housed.next_space;
  -- Of 888,900 vectors around 2,000 centres, with 16 links .99 was found at an ef_search of 400, with 24 at 60.
  execute format('select count(*) from %s where tenant_id = $1 and space = $2', home)
    into vectors using tenant, housed.next_space;
  m := coalesce(m, case when vectors < many then 16 else 24 end);
  ef_construction := greatest(2 * m, coalesce(ef_construction, case when vectors < many then 64 else 128 end));
  execute format(
    'create index %s on %s using hnsw ((%s) public.%I) with (m = %s, ef_construction = %s) where space = %s',
    split_part(home, '.', 2) || '_nearest', home, rhizome.indexed_vector('embedding', in_type, dimension),
    in_type || '_cosine_ops', m, ef_construction, housed.next_space);
  execute format('select array(select v.embedding from %s v
                                where v.tenant_id = $1 and v.space = $2 and hashtext(v.document_id) %% $3 = 0 limit 200)', old_home)
    into questions using tenant, housed.next_space, housed.held_out;
  select * into calibrated from rhizome.calibrate(home, housed.next_space, in_type, wanted_recall, questions);
  execute format('insert into %s (tenant_id, space, document_id, embedding)
                  select tenant_id, space, document_id, embedding from %s
                   where tenant_id = $1 and space = any ($2) and hashtext(document_id) %% $3 = 0
                      on conflict do nothing', home, old_home)
    using tenant, array(select s.space from rhizome.vector_spaces s), housed.held_out;
  execute 'analyze ' || home;
  housed := rhizome.leased_move(in_worker, 'indexing');
  if housed.tenant_id is null then
    raise exception 'the lease was lost while the index was made';
  end if;
  update rhizome.vector_homes h
     set step = 'exchanging', next_index_type = in_type, next_ef_search = calibrated.ef_search,
         next_recall = calibrated.recall, updated_at = now()
   where h.tenant_id = tenant;
  return true;
end
$$;
grant execute on function rhizome.index_vectors(uuid, text, integer, integer, integer, integer, real, integer) to rhizome_app;

comment on function rhizome.index_vectors(uuid, text, integer, integer, integer, integer, real, integer)
  is 'Makes and calibrates the index of the next home; for the background job only.';

-- Copies the vectors of changed documents to the next home, of about `most` documents, or of all where that is null; tells of
-- how many.
create or replace function rhizome.catch_up_vectors(housed rhizome.vector_homes, most integer) returns bigint
  language plpgsql volatile
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
  spaces constant smallint[] := array(select s.space from rhizome.vector_spaces s);
  new_home constant text := rhizome.vector_table(tenant, housed.next_home);
  ids text[];
begin
  with noted as (
    select w.change_id, coalesce(cardinality(w.documents), 0) as documents,
           sum(coalesce(cardinality(w.documents), 0)) over (order by w.change_id) as so_far
      from rhizome.vector_changes w where w.tenant_id = tenant
  ), taken as (
    delete from rhizome.vector_changes c
     where c.tenant_id = tenant
       and c.change_id = any (array(select n.change_id from noted n where most is null or n.so_far - n.documents < most))
    returning c.documents)
  select array(select distinct id from taken, unnest(taken.documents) as id) into ids;
  execute format('delete from %s where tenant_id = $1 and space = any ($2) and document_id = any ($3)', new_home)
    using tenant, spaces, ids;
  execute format(
    'insert into %s (tenant_id, space, document_id, embedding)
     select tenant_id, space, document_id, embedding from %s
      where tenant_id = $1 and space = any ($2) and document_id = any ($3)',
    new_home, rhizome.vector_table(tenant, housed.home))
    using tenant, spaces, ids;
  return cardinality(ids);
end
$$;
grant execute on function rhizome.catch_up_vectors(rhizome.vector_homes, integer) to rhizome_app;

comment on function rhizome.catch_up_vectors(rhizome.vector_homes, integer) is 'Repeats noted changes in the next home.';

-- Lets the next home take the place of the home. Most of what writers noted is repeated while they go on, and the lock is only
-- asked for when a pass had little to repeat: less than ten times `most` vectors, or a tenth of `most` where each goes into an
-- index. A steady load must not keep it waiting. That takes away the notes of all changes, so one is left behind: the tenant may
-- have grown or shrunk during the move, and has to be looked at again.
create or replace function rhizome.exchange_vector_homes(in_worker uuid, most integer) returns boolean
  language plpgsql volatile
  set lock_timeout = '1s'
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
  housed constant rhizome.vector_homes := rhizome.leased_move(in_worker, 'exchanging');
  pass   constant integer := case when housed.next_space is null then 10 * most else most end;
  enough constant integer := case when housed.next_space is null then pass else most / 10 end;
begin
  if housed.tenant_id is null then
    return false;
  elsif rhizome.catch_up_vectors(housed, pass) >= enough then
    return true;
  end if;
  begin
    perform rhizome.lock_vector_home(true);
    perform from rhizome.tenants t where t.tenant_id = tenant and t.status = 'active' for key share;
    if not found then
      return false;
    end if;
    perform rhizome.catch_up_vectors(housed, null);
    update rhizome.vector_homes h
       set step = 'clearing', home = h.next_home, left_home = h.home, next_home = null, next_space = null,
           indexed_space = h.next_space, index_type = h.next_index_type, ef_search = h.next_ef_search, recall = h.next_recall,
           calibrated_at = case when h.next_space is not null
                                then (select c.reltuples from pg_class c
                                       where c.oid = rhizome.vector_table(tenant, h.next_home)::regclass) end,
           held_out = null, next_index_type = null, next_ef_search = null, next_recall = null,
           updated_at = clock_timestamp()
     where h.tenant_id = tenant;
    insert into rhizome.vector_changes (tenant_id) values (tenant);
  exception when lock_not_available or deadlock_detected or query_canceled then
    null; -- lets those pass who waited behind us
  end;
  return true;
end
$$;
grant execute on function rhizome.exchange_vector_homes(uuid, integer) to rhizome_app;

comment on function rhizome.exchange_vector_homes(uuid, integer) is 'Lets the next home answer; whether there is more to do.';

-- Whether a statement of the service may still read the home that was left: one that began before the exchange does not know of
-- it. None runs longer than the time limit of statements; older ones are index builds of other tenants.
create or replace function rhizome.is_left_home_read(left_at timestamptz) returns boolean
  language plpgsql volatile
  as $$
begin
  perform pg_stat_clear_snapshot();
  return exists (select from pg_stat_activity a
                  where a.datname = current_database() and a.usename = session_user and a.pid <> pg_backend_pid()
                    and a.state = 'active'
                    and a.query_start between left_at - interval '2 minutes' and left_at + interval '100 ms');
end
$$;
grant execute on function rhizome.is_left_home_read(timestamptz) to rhizome_app;

comment on function rhizome.is_left_home_read(timestamptz) is 'Whether statements from before that moment are still running.';

-- On the allow-list of functions that run as the owner, who alone may drop tables: drops the home that was left.
create or replace function rhizome.drop_left_home(in_worker uuid) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
  housed constant rhizome.vector_homes := rhizome.leased_move(in_worker, 'clearing');
begin
  if housed.left_home > 0 then
    execute 'drop table if exists ' || rhizome.vector_table(tenant, housed.left_home);
  end if;
end
$$;
grant execute on function rhizome.drop_left_home(uuid) to rhizome_app;

comment on function rhizome.drop_left_home(uuid) is 'Drops the table that was left; for the background job only.';

-- Empties the home that was left, once no statement reads it any more. A search that was prepared before the exchange and begins
-- after it names a table that is gone; by that error the service knows that it has to ask again where the vectors are.
create or replace function rhizome.clear_left_home(in_worker uuid, most integer) returns boolean
  language plpgsql volatile
  set lock_timeout = '1s'
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
  housed constant rhizome.vector_homes := rhizome.leased_move(in_worker, 'clearing');
  places tid[];
begin
  if housed.tenant_id is null then
    return false;
  elsif housed.updated_at > clock_timestamp() - interval '100 ms' or rhizome.is_left_home_read(housed.updated_at) then
    perform pg_sleep(0.1);
    return true;
  elsif housed.left_home = 0 then
    places := array(select w.ctid from rhizome.vectors w where w.tenant_id = tenant limit most);
    if cardinality(places) > 0 then
      -- The planner may take the tenant for one row, and would read all of them through the key.
      perform set_config('enable_indexscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
              set_config('enable_seqscan', 'off', true);
      delete from rhizome.vectors v where v.tenant_id = tenant and v.ctid = any (places);
      return true;
    end if;
  end if;
  perform rhizome.drop_left_home(in_worker);
  update rhizome.vector_homes h set step = null, left_home = null, updated_at = now() where h.tenant_id = tenant;
  return false;
exception when lock_not_available then
  return true;
end
$$;
grant execute on function rhizome.clear_left_home(uuid, integer) to rhizome_app;

comment on function rhizome.clear_left_home(uuid, integer) is 'Empties the home that was left; whether there is more to do.';

-- On the allow-list of functions that run as the owner, who alone may drop tables: those of a tenant that is being removed.
-- Writers that are still at work are waited for, and find the shared table after it, which is emptied next.
create or replace function rhizome.drop_vector_tables() returns bigint
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '20s'
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
  home    text;
  dropped bigint := 0;
begin
  perform from rhizome.tenants t where t.tenant_id = tenant and t.status = 'closing' for update;
  if not found then
    return 0;
  end if;
  delete from rhizome.vector_homes h where h.tenant_id = tenant;
  for home in
    select c.oid::regclass::text from pg_class c
     where c.relnamespace = 'rhizome'::regnamespace and c.relkind = 'r'
       and c.relname ~ ('^vectors_t' || replace(tenant::text, '-', '') || '_[0-9]+$')
  loop
    execute 'drop table ' || home;
    dropped := dropped + 1;
  end loop;
  return dropped;
end
$$;
grant execute on function rhizome.drop_vector_tables() to rhizome_app;

comment on function rhizome.drop_vector_tables() is 'Drops the tables of a tenant that is being removed; tells how many.';
