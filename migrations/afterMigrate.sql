-- Run after each migration: makes room for the vectors of every model that is configured.
do $do$
declare
  wanted record;
begin
  for wanted in select * from jsonb_to_recordset($models$ ${embeddingModels} $models$) as m (model text, dimension integer)
  loop
    call rhizome.add_vector_space(wanted.model, wanted.dimension);
  end loop;
end
$do$;
