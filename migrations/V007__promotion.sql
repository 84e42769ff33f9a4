-- V007: a large tenant gets a partition of its own while it is in use, so that its vectors have an index to themselves.

-- What the partition is called. It may be there without being one, where a promotion has not come to its end.
create function rhizome.own_partition(in_space smallint, tenant uuid) returns text
  language sql immutable parallel safe
  return 'rhizome.vectors_' || in_space || '_t' || replace(tenant::text, '-', '');

comment on function rhizome.own_partition(smallint, uuid) is 'Name of the partition that a promoted tenant has in a space.';

-- Makes the table that is to become the partition, as secure as the others are, and reachable for nobody.
create procedure rhizome.make_own_partition(in_space smallint, tenant uuid)
  language plpgsql
  as $$
declare
  new_home text := rhizome.own_partition(in_space, tenant);
begin
  execute 'drop table if exists ' || new_home;
  -- The checks tell PostgreSQL that no row has to be looked at when the table becomes a partition.
  execute format(
    'create table %s (like rhizome.vectors_%s_shared including defaults including constraints including storage,
       constraint own_tenant check (tenant_id = %L), constraint own_space check (space = %2$s))',
    new_home, in_space, tenant);
  execute format('call rhizome.isolate(%L)', new_home);
end
$$;

-- Copies a tenant's vectors, a bounded number in a transaction.
create procedure rhizome.copy_to_own_partition(in_space smallint, tenant uuid)
  language plpgsql
  as $$
declare
  last   text := '';
  batch  bigint;
  copied bigint := 0;
begin
  loop
    perform set_config('app.current_tenant', tenant::text, true);
    execute format(
      'with batch as (
         insert into %s select * from rhizome.vectors_%s_shared
          where tenant_id = $1 and space = $2 and document_id > $3 order by document_id limit 10000 returning document_id)
       select count(*), max(document_id) from batch', rhizome.own_partition(in_space, tenant), in_space)
      into batch, last using tenant, in_space, last;
    exit when batch = 0;
    copied := copied + batch;
    perform set_config('application_name', format('rhizome promote: %s vectors copied', copied), false);
    commit;
  end loop;
end
$$;

-- Makes the copy equal to what it was made of, which was there when it was begun unless it is as young as since. Rows are
-- never updated: what a writer changes is a younger row. One may seem young after a wraparound, and is only copied again.
create procedure rhizome.catch_up_own_partition(in_space smallint, tenant uuid, since xid)
  language plpgsql
  as $$
declare
  old_home text := format('rhizome.vectors_%s_shared', in_space);
  new_home text := rhizome.own_partition(in_space, tenant);
begin
  execute format(
    'delete from %s as copy
      where not exists (select from %s as original
                         where original.tenant_id = copy.tenant_id and original.space = copy.space
                           and original.document_id = copy.document_id and age(original.xmin) > age($1))', new_home, old_home)
    using since;
  execute format(
    'insert into %s select * from %s where tenant_id = $1 and space = $2 and age(xmin) <= age($3)
         on conflict do nothing', new_home, old_home) -- written between the two statements; the next time sees it
    using tenant, in_space, since;
end
$$;

-- Lets the copy take the place of the rows. False where the tenant is being moved to another model or removed.
create function rhizome.exchange_own_partition(in_space smallint, tenant uuid, since xid) returns boolean
  language plpgsql
  as $$
declare
  new_home text := rhizome.own_partition(in_space, tenant);
begin
  perform set_config('lock_timeout', '2s', true); -- for so long others may have to wait behind us
  perform set_config('app.current_tenant', tenant::text, true);
  perform from rhizome.tenants t -- for this lock every writer of the tenant waits, and begins after it
    where t.tenant_id = tenant and t.vector_space = in_space and t.next_vector_space is null and t.status = 'active'
      for update;
  if not found then
    return false;
  end if;
  call rhizome.catch_up_own_partition(in_space, tenant, since);
  execute format('delete from rhizome.vectors_%s_shared where tenant_id = $1 and space = $2', in_space)
    using tenant, in_space;
  -- A statement that has been planned knows the partitions of then: kept waiting for the shared one, as attaching would keep
  -- it, it would look into that one only and find nothing. So all are let out first, and wait where they have not looked yet.
  execute format('lock table only rhizome.vectors_%s in access exclusive mode', in_space);
  execute format('alter table rhizome.vectors_%s attach partition %s for values in (%L)', in_space, new_home, tenant);
  execute format('alter table %s drop constraint own_tenant, drop constraint own_space', new_home);
  return true;
end
$$;

-- Gives a tenant its own partition: copies its vectors aside, builds an index over them, and lets them take the place of the
-- rows. For that last step the tenant's writers wait until the copy is up to date, readers for a scan of the shared partition
-- (measured for 200,000 documents among 300,000: 2 s and 0.3 s). Interrupted, it leaves a table that nothing reads, and starts
-- over the next time. The owner calls it, outside of a transaction, since it commits as it goes; it tells how far it is in
-- the session's application_name.
create procedure rhizome.promote_tenant(wanted text)
  language plpgsql
  as $$
declare
  tenant     uuid;
  in_space   smallint;
  next_space smallint;
  dimension  integer;
  new_home   text;
  began      xid;
  caught_up  xid;
  exchanged  boolean;
begin
  if not pg_try_advisory_lock(hashtextextended('rhizome.promote_tenant', 0)) then
    raise exception 'another promotion is going on' using errcode = 'P0002';
  end if;
  select t.tenant_id, t.vector_space, t.next_vector_space, s.dimension into tenant, in_space, next_space, dimension
    from rhizome.tenants t join rhizome.vector_spaces s on s.space = t.vector_space
   where wanted in (t.slug, t.tenant_id::text)
   order by t.slug = wanted limit 1; -- a slug may look like an id
  if tenant is null then
    raise exception 'there is no tenant %', wanted using errcode = 'P0002';
  elsif next_space is not null then
    raise exception 'the tenant % is being moved to another embedding model', wanted using errcode = 'P0002';
  end if;
  new_home := rhizome.own_partition(in_space, tenant);
  if exists (select from pg_inherits where inhrelid = to_regclass(new_home)) then
    raise exception 'the tenant % has a partition of its own already', wanted using errcode = 'P0002';
  end if;
  call rhizome.make_own_partition(in_space, tenant);
  commit;

  began := pg_snapshot_xmin(pg_current_snapshot())::xid;
  call rhizome.copy_to_own_partition(in_space, tenant);
  commit;

  perform set_config('application_name', 'rhizome promote: building the index', false);
  execute format('alter table %s add primary key (tenant_id, space, document_id)', new_home);
  execute format(
    'create index on %s using hnsw ((embedding::public.vector(%s)) public.vector_cosine_ops) with (%s)', new_home, dimension,
    (select array_to_string(reloptions, ', ') from pg_class
      where oid = format('rhizome.vectors_%s_nearest', in_space)::regclass));
  execute 'analyze ' || new_home;
  commit;

  -- Once while writers go on, which leaves little to do while they wait.
  perform set_config('application_name', 'rhizome promote: catching up', false);
  perform set_config('app.current_tenant', tenant::text, true);
  caught_up := pg_snapshot_xmin(pg_current_snapshot())::xid;
  call rhizome.catch_up_own_partition(in_space, tenant, began);
  commit;

  for attempt in 1..60
  loop
    perform set_config('application_name', 'rhizome promote: exchanging, attempt ' || attempt, false);
    begin
      exchanged := rhizome.exchange_own_partition(in_space, tenant, caught_up);
    exception when lock_not_available or deadlock_detected then
      if attempt = 60 then
        raise;
      end if;
    end;
    commit;
    exit when exchanged is not null;
    perform pg_sleep(1); -- lets those pass who waited behind us
  end loop;
  if not exchanged then
    execute 'drop table ' || new_home;
    commit;
    raise exception 'the tenant % has begun to be moved to another embedding model, or to be removed', wanted
      using errcode = 'P0002';
  end if;
  perform set_config('app.current_tenant', tenant::text, true);
  execute 'analyze ' || new_home;
  execute format('analyze rhizome.vectors_%s_shared', in_space);
end
$$;
revoke execute on function rhizome.exchange_own_partition(smallint, uuid, xid) from public;
revoke execute on procedure
  rhizome.make_own_partition(smallint, uuid),
  rhizome.copy_to_own_partition(smallint, uuid),
  rhizome.catch_up_own_partition(smallint, uuid, xid),
  rhizome.promote_tenant(text)
  from public;
revoke execute on function rhizome.own_partition(smallint, uuid) from public;
grant execute on function rhizome.own_partition(smallint, uuid) to rhizome_app;

comment on procedure rhizome.promote_tenant(text) is 'Gives a tenant''s vectors a partition of their own, online.';
