-- Functions of V004 that make room for the vectors of a model.

create or replace procedure rhizome.index_vector_space(indexed smallint, hnsw_m integer, hnsw_ef_construction integer)
  language plpgsql
  set search_path = rhizome, public
  as $$
begin
  execute format(
    'create index vectors_%1$s_nearest on vectors using hnsw ((embedding::vector(%2$s)) vector_cosine_ops)
       with (m = %3$s, ef_construction = %4$s) where space = %1$s',
    indexed, (select dimension from vector_spaces where space = indexed), hnsw_m, hnsw_ef_construction);
end
$$;

comment on procedure rhizome.index_vector_space(smallint, integer, integer) is 'Indexes the vectors of a space.';

-- Makes room for the vectors of a model; does nothing where there is room already. Run after each migration, so that it may
-- meet a service at work: whoever uses the vectors waits while the tables are looked through for rows of the new space, of
-- which there are none; but no longer than 5 s are waited for the lock.
create or replace procedure rhizome.add_vector_space(
  new_model text, new_dimension integer, hnsw_m integer, hnsw_ef_construction integer)
  language plpgsql
  set search_path = rhizome, public
  set lock_timeout = '5s'
  as $$
declare
  known     rhizome.vector_spaces;
  new_space smallint;
begin
  lock table vector_spaces in share row exclusive mode;
  select * into known from vector_spaces where model = new_model;
  if found then
    if known.dimension <> new_dimension then
      raise exception 'the model % makes vectors of % numbers here, not of %', new_model, known.dimension, new_dimension
        using hint = 'give the other model another name';
    end if;
    return;
  end if;
  insert into vector_spaces (space, model, dimension)
  select coalesce(max(space), 0) + 1, new_model, new_dimension from vector_spaces
  returning space into new_space;
  -- Not valid: the rows that are there have passed the check as it was.
  execute format(
    'alter table vectors drop constraint vectors_dimension,
       add constraint vectors_dimension check (coalesce(vector_dims(embedding) = case space %s end, false)) not valid',
    (select string_agg(format('when %s then %s', space, dimension), ' ' order by space) from vector_spaces));
  call index_vector_space(new_space, hnsw_m, hnsw_ef_construction);
end
$$;

comment on procedure rhizome.add_vector_space(text, integer, integer, integer)
  is 'Makes room for the vectors of a model; the owner calls it.';
