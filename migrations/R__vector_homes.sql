-- Functions of V012: where a tenant's vectors are, who may change them, and how they move while they are in use.
--
-- A writer first takes the lock on the tenant's home (lock_vector_home in R__indexing.sql), which it shares with other writers, then
-- asks in which table the vectors are. A move takes that lock for itself when it begins and when it ends, and so waits until no
-- writer is left that knows the old table; writers that come later wait behind it. In between, writers note what they change, so
-- that only the last few changes have to be copied under the lock. These functions put the table's name into their statements.
-- Any other statement that reads vectors has to read vector_homes in the same snapshot.

create or replace function rhizome.vector_table(tenant uuid, home integer) returns text
  language sql immutable parallel safe
  as $$
  select case home when 0 then 'rhizome.vectors'
              else 'rhizome.vectors_t' || replace(tenant::text, '-', '') || '_' || home end
$$;
grant execute on function rhizome.vector_table(uuid, integer) to rhizome_app;

comment on function rhizome.vector_table(uuid, integer) is 'The table that is a tenant''s home of that number.';

-- The current tenant's table, for a caller that has the lock on the home and is about to change the vectors of these documents.
create or replace function rhizome.change_vectors(ids text[]) returns text
  language plpgsql volatile
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
  housed rhizome.vector_homes;
begin
  select h.* into housed from rhizome.vector_homes h where h.tenant_id = tenant;
  insert into rhizome.vector_changes (tenant_id, documents)
  values (tenant, case when housed.next_home is not null then ids end);
  return rhizome.vector_table(tenant, coalesce(housed.home, 0));
end
$$;
grant execute on function rhizome.change_vectors(text[]) to rhizome_app;

comment on function rhizome.change_vectors(text[]) is 'Notes a change of vectors, and tells the table in which it is to be made.';

-- The current tenant's table as the calling statement sees it.
create or replace function rhizome.current_vector_table() returns text
  language plpgsql stable
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
begin
  return rhizome.vector_table(tenant, coalesce((select h.home from rhizome.vector_homes h where h.tenant_id = tenant), 0));
end
$$;
grant execute on function rhizome.current_vector_table() to rhizome_app;

comment on function rhizome.current_vector_table() is 'The table with the current tenant''s vectors.';

create or replace function rhizome.vectors_of(ids text[], in_space smallint)
  returns table (document_id text, embedding public.vector)
  language plpgsql stable
  as $$
begin
  return query execute format(
    'select v.document_id, v.embedding from %s as v where v.tenant_id = $1 and v.space = $2 and v.document_id = any ($3)',
    rhizome.current_vector_table())
    using rhizome.current_tenant(), in_space, ids;
end
$$;
grant execute on function rhizome.vectors_of(text[], smallint) to rhizome_app;

comment on function rhizome.vectors_of(text[], smallint) is 'The vectors that these documents have in a space.';

-- Each document is looked up, for a join could become a scan of all the tenant's vectors for each batch.
create or replace function rhizome.documents_without_vector(in_space smallint, after_id text, most integer)
  returns table (document_id text, name text, body text, indexed_at timestamptz)
  language plpgsql stable
  as $$
begin
  return query execute format(
    'select i.document_id, i.name, i.text, i.indexed_at
       from rhizome.hybrid_search_index i
      where i.tenant_id = $1 and i.document_id > $3
        and not exists (select from %s v
                         where v.tenant_id = $1 and v.space = $2 and v.document_id = i.document_id offset 0)
      order by i.document_id
      limit $4', rhizome.current_vector_table())
    using rhizome.current_tenant(), in_space, after_id, most;
end
$$;
grant execute on function rhizome.documents_without_vector(smallint, text, integer) to rhizome_app;

comment on function rhizome.documents_without_vector(smallint, text, integer)
  is 'The next documents that have no vector in a space, by id.';

-- Vectors for documents that have none in the space.
create or replace function rhizome.fill_vectors(ids text[], in_space smallint, embeddings public.vector[]) returns bigint
  language plpgsql volatile
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
  filled bigint;
begin
  perform rhizome.lock_vector_home(false);
  perform from rhizome.tenants where tenant_id = tenant for key share;
  execute format(
    'insert into %s (tenant_id, space, document_id, embedding)
     select $1, $2, id, embedding from unnest($3, $4) as given (id, embedding) order by id
         on conflict do nothing', rhizome.change_vectors(ids))
    using tenant, in_space, ids, embeddings;
  get diagnostics filled = row_count;
  return filled;
end
$$;
grant execute on function rhizome.fill_vectors(text[], smallint, public.vector[]) to rhizome_app;

comment on function rhizome.fill_vectors(text[], smallint, public.vector[])
  is 'Gives documents their vectors in a space where they have none; tells how many had none.';

create or replace function rhizome.remove_vectors(in_space smallint, most integer) returns bigint
  language plpgsql volatile
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
  ids     text[];
  removed bigint;
begin
  perform rhizome.lock_vector_home(false);
  perform from rhizome.tenants where tenant_id = tenant for key share;
  execute format(
    'select array(select v.document_id from %s v where v.tenant_id = $1 and v.space = $2 order by v.document_id limit $3)',
    rhizome.current_vector_table())
    into ids using tenant, in_space, most;
  if cardinality(ids) = 0 then
    return 0;
  end if;
  execute format('delete from %s where tenant_id = $1 and space = $2 and document_id = any ($3)', rhizome.change_vectors(ids))
    using tenant, in_space, ids;
  get diagnostics removed = row_count;
  return removed;
end
$$;
grant execute on function rhizome.remove_vectors(smallint, integer) to rhizome_app;

comment on function rhizome.remove_vectors(smallint, integer) is 'Removes some of the vectors in a space; tells how many.';

-- On the allow-list of functions that see past one tenant: looks at the tenants whose vectors have changed, and stores the count
-- of those that are or were large. Counting stops where it is known that a tenant is small or large, or at a hundred times
-- that. Of a table of its own the server knows the pages, and how many rows were on one when it was last analysed or its index
-- made, as the planner reckons it, so that growth is seen before anybody analyses the table again.
create or replace function rhizome.look_at_vectors(threshold integer) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
  as $$
declare
  counting constant text := 'select count(*) from (select from %s where tenant_id = $1 and space = $2 limit $3) as first';
  noted   record;
  counted bigint;
  in_home integer;
  is_new  boolean;
  enough  integer;
  estimated bigint;
begin
  for noted in
    with taken as (
      delete from rhizome.vector_changes c
       where c.ctid = any (array(select w.ctid from rhizome.vector_changes w
                                  where not exists (select from rhizome.vector_homes h
                                                     where h.tenant_id = w.tenant_id and h.next_home is not null)
                                  limit 1000 for update skip locked))
      returning c.tenant_id, c.changed_at)
    select t.tenant_id, t.vector_space, max(taken.changed_at) as changed_at
      from taken join rhizome.tenants t on t.tenant_id = taken.tenant_id and t.status = 'active'
     group by t.tenant_id order by t.tenant_id
  loop
    perform set_config('app.current_tenant', noted.tenant_id::text, true); -- acts as each tenant in turn
    select h.home into in_home from rhizome.vector_homes h where h.tenant_id = noted.tenant_id;
    is_new := in_home is null;
    in_home := coalesce(in_home, 0);
    enough := 1 + case when in_home > 0 then threshold / 2 else threshold end;
    execute format(counting, rhizome.vector_table(noted.tenant_id, in_home))
      into counted using noted.tenant_id, noted.vector_space, enough;
    if counted = enough then
      select (c.reltuples / nullif(c.relpages, 0) * pg_relation_size(c.oid) / current_setting('block_size')::integer)::bigint
        into estimated
        from pg_class c where c.oid = rhizome.vector_table(noted.tenant_id, in_home)::regclass;
      if in_home > 0 and estimated >= counted then
        counted := estimated;
      else
        execute format(counting, rhizome.vector_table(noted.tenant_id, in_home))
          into counted using noted.tenant_id, noted.vector_space, 100 * threshold;
      end if;
    end if;
    if not is_new or counted > threshold then
      insert into rhizome.vector_homes as h (tenant_id, vectors, changed_at)
      values (noted.tenant_id, counted, noted.changed_at)
          on conflict on constraint vector_homes_pkey do update
         set vectors = excluded.vectors, changed_at = greatest(h.changed_at, excluded.changed_at)
       where h.tenant_id = noted.tenant_id;
    end if;
  end loop;
  perform set_config('app.current_tenant', '', true);
end
$$;
grant execute on function rhizome.look_at_vectors(integer) to rhizome_app;

comment on function rhizome.look_at_vectors(integer) is 'Looks at tenants whose vectors have changed; for the background job only.';

-- On the allow-list of functions that see past one tenant, for the rule compares them: a tenant has a table of its own from
-- `threshold` vectors on and until it has half of that. Of more than `most` such tenants the largest have one, where one that
-- has it counts double, so that two of a size do not change places for ever. A table gets an index when nothing has changed
-- in it for a while, or it has waited long, and a new one when it has grown to twice what it was. Where the operator
-- placed a tenant, it stays.
create or replace function rhizome.vector_moves(
  threshold integer, most integer, quiet interval, longest_wait interval)
  returns table (tenant_id uuid, target text)
  language sql stable security definer
  set search_path = pg_catalog, pg_temp
  as $$
  with sized as (
    select h.*, t.vector_space, t.next_vector_space,
           h.placement = 'own' or h.placement = 'automatic' and h.vectors > case h.home when 0 then threshold
                                                                                  else threshold / 2 end as large,
           h.changed_at < now() - quiet or h.updated_at < now() - longest_wait as calm
      from rhizome.vector_homes h
      join rhizome.tenants t on t.tenant_id = h.tenant_id and t.status = 'active'
  ), placed as (
    select s.*, large and (placement = 'own'
                           or row_number() over (order by large desc, placement = 'own' desc,
                                                          vectors * case home when 0 then 1 else 2 end desc, s.tenant_id)
                              <= most) as own
      from sized s
  ), wanted as (
    select p.tenant_id, p.step, p.updated_at,
           case when home > 0 and not own then 'shared'
                when own and calm and (indexed_space is distinct from vector_space
                                       or next_vector_space is null and vectors >= 2 * calibrated_at and vectors > 0)
                  then 'indexed'
                when own and home = 0 then 'own' end as target
      from placed p
  )
  select w.tenant_id, w.target from wanted w
   where w.step is not null or w.target is not null
   order by w.step is null, w.updated_at
$$;
grant execute on function rhizome.vector_moves(integer, integer, interval, interval) to rhizome_app;

comment on function rhizome.vector_moves(integer, integer, interval, interval)
  is 'Tenants whose vectors are moving or are to move, and where to; for the background job only.';

create or replace function rhizome.tenants_to_rehouse(
  threshold integer, most integer, quiet interval, longest_wait interval) returns setof uuid
  language plpgsql volatile
  as $$
begin
  perform rhizome.look_at_vectors(threshold);
  return query select m.tenant_id from rhizome.vector_moves(threshold, most, quiet, longest_wait) m;
end
$$;
grant execute on function rhizome.tenants_to_rehouse(integer, integer, interval, interval) to rhizome_app;

comment on function rhizome.tenants_to_rehouse(integer, integer, interval, interval)
  is 'Tenants whose vectors are moving or are to move, after a look at those with changes; for the background job only.';
