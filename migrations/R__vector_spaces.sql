-- Functions of V012 that make room for the vectors of a model.

-- Makes room for the vectors of a model; does nothing where there is room already. Run after each migration, so that it may
-- meet a service at work: whoever uses vectors waits for changes of the catalogue, but no longer than 5 s are waited for a lock.
create or replace procedure rhizome.add_vector_space(new_model text, new_dimension integer)
  language plpgsql
  set search_path = rhizome, public
  set lock_timeout = '5s'
  as $$
declare
  known     rhizome.vector_spaces;
  home      text;
  dimension text;
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
  select coalesce(max(space), 0) + 1, new_model, new_dimension from vector_spaces;
  select string_agg(format('when %s then %s', s.space, s.dimension), ' ' order by s.space) into dimension
    from vector_spaces s;
  for home in
    select c.oid::regclass::text from pg_class c
     where c.relnamespace = 'rhizome'::regnamespace and c.relkind = 'r' and c.relname ~ '^vectors(_t[0-9a-f]{32}_[0-9]+)?$'
     order by c.relname desc -- the shared table last, for its lock is the one that most wait for
  loop
    -- Not valid: the rows that are there have passed the check as it was.
    execute format(
      'alter table %s drop constraint vectors_dimension,
         add constraint vectors_dimension check (coalesce(vector_dims(embedding) = case space %s end, false)) not valid',
      home, dimension);
  end loop;
end
$$;

comment on procedure rhizome.add_vector_space(text, integer) is 'Makes room for the vectors of a model; the owner calls it.';
