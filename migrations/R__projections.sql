-- Functions of V003 and V004 by which domain objects, such as agents, stand in the graph and in search beside what is
-- written to the graph directly.

-- Writes nodes that stand for objects of a domain into the graph alone: what joins others and is not what anybody looks for.
create or replace function rhizome.put_graph_nodes(
  from_origin text, ids text[], types text[], names text[], bodies text[], confidences real[], metadatas jsonb[]) returns bigint
  language plpgsql volatile
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
  written bigint;
begin
  insert into rhizome.entities as e (tenant_id, entity_id, type, name, text, confidence, metadata, digest, origin)
  select tenant, given.*, ''::bytea, from_origin from unnest(ids, types, names, bodies, confidences, metadatas) as given
      on conflict on constraint entities_pkey do update
     set type = excluded.type, name = excluded.name, text = excluded.text, confidence = excluded.confidence,
         metadata = excluded.metadata, updated_at = now()
   where e.origin = from_origin;
  get diagnostics written = row_count;
  if written < cardinality(ids) then
    raise exception 'an entity of that id is not of the origin %', from_origin using errcode = 'RZ002';
  end if;
  return written;
end
$$;
grant execute on function rhizome.put_graph_nodes(text, text[], text[], text[], text[], real[], jsonb[]) to rhizome_app;

comment on function rhizome.put_graph_nodes(text, text[], text[], text[], text[], real[], jsonb[])
  is 'Writes a domain''s nodes into the graph; gives how many.';

-- Writes nodes that stand for objects of a domain, into the graph and into search. The statement that writes the objects
-- calls it, so that there is no moment at which one is there without the other.
create or replace function rhizome.put_nodes(
  from_origin text, ids text[], types text[], names text[], bodies text[], confidences real[], metadatas jsonb[],
  in_space smallint, embeddings vector[], in_next_space smallint, next_embeddings vector[]) returns bigint
  language plpgsql volatile
  as $$
declare
  written constant bigint := rhizome.put_graph_nodes(from_origin, ids, types, names, bodies, confidences, metadatas);
begin
  perform rhizome.index_documents(ids, types, names, bodies, confidences, metadatas, in_space, embeddings,
                               in_next_space, next_embeddings);
  return written;
end
$$;
grant execute on function
  rhizome.put_nodes(text, text[], text[], text[], text[], real[], jsonb[], smallint, vector[], smallint, vector[])
  to rhizome_app;

comment on function rhizome.put_nodes(
  text, text[], text[], text[], text[], real[], jsonb[], smallint, vector[], smallint, vector[])
  is 'Writes a domain''s nodes into graph and search; gives how many.';

-- Removes such nodes, their relationships and their places in search.
create or replace function rhizome.remove_nodes(from_origin text, ids text[]) returns bigint
  language plpgsql volatile
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
  removed text[];
begin
  with gone as (
    delete from rhizome.entities
     where tenant_id = tenant and entity_id = any (ids) and origin = from_origin returning entity_id
  )
  select array_agg(entity_id) into removed from gone;
  if removed is not null then
    perform rhizome.unindex_documents(removed);
  end if;
  return coalesce(cardinality(removed), 0);
end
$$;
grant execute on function rhizome.remove_nodes(text, text[]) to rhizome_app;

comment on function rhizome.remove_nodes(text, text[]) is 'Removes a domain''s nodes from graph and search; gives how many.';

-- Writes relationships that stand for those of a domain; an undirected one has the smaller id as its source.
create or replace function rhizome.put_edges(
  from_origin text, sources text[], types text[], targets text[], directions boolean[], confidences real[],
  strengths real[], metadatas jsonb[]) returns bigint
  language plpgsql volatile
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
  written bigint;
begin
  insert into rhizome.relationships as r
    (tenant_id, source_id, type, target_id, directed, confidence, strength, metadata, origin)
  select tenant, given.*, from_origin
    from unnest(sources, types, targets, directions, confidences, strengths, metadatas) as given
      on conflict on constraint relationships_pkey do update
     set confidence = excluded.confidence, strength = excluded.strength, metadata = excluded.metadata,
         updated_at = now()
   where r.origin = from_origin;
  get diagnostics written = row_count;
  if written < cardinality(sources) then
    raise exception 'a relationship of that key is not of the origin %', from_origin using errcode = 'RZ002';
  end if;
  return written;
end
$$;
grant execute on function
  rhizome.put_edges(text, text[], text[], text[], boolean[], real[], real[], jsonb[])
  to rhizome_app;

comment on function rhizome.put_edges(text, text[], text[], text[], boolean[], real[], real[], jsonb[])
  is 'Writes a domain''s relationships; gives how many.';
