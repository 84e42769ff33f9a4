-- What many tables of tenants' own cost: bin/postgres psql -f bench/sql/thousand-homes.sql
-- 1,000 tables, unless -v homes=N says otherwise, each with an HNSW index over 100 vectors, row-level security and its policies, as
-- the service makes them. It works in a schema of its own, and removes that.
\set ON_ERROR_STOP on
\if :{?homes}
\else
  \set homes 1000
\endif
set client_min_messages = warning;
-- Table by table, since one transaction cannot lock them all.
select format('drop table bench_homes.%I', c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where n.nspname = 'bench_homes' and c.relname like 'home\_%' and c.relkind = 'r' \gexec
drop schema if exists bench_homes cascade;
create schema bench_homes;
set search_path = bench_homes, rhizome, public;

create function catalogue_mb() returns numeric language sql as $$
  select round(sum(pg_total_relation_size(oid)) / 1e6, 1) from pg_class where relnamespace = 'pg_catalog'::regnamespace and relkind = 'r'
$$;
create function backend_mb() returns numeric language sql as $$
  select round(sum(total_bytes) / 1e6, 1) from pg_backend_memory_contexts
$$;
create table seen (what text, value numeric);
insert into seen values ('catalogue before, MB', catalogue_mb()), ('memory of a new connection, MB', backend_mb());

create procedure make(homes integer) language plpgsql as $$
declare n integer; began timestamptz := clock_timestamp();
begin
  for n in 1..homes loop
    execute format('create table home_%s (like rhizome.vectors including defaults including constraints)', n);
    execute format('alter table home_%s add primary key (tenant_id, space, document_id)', n);
    execute format('alter table home_%s enable row level security', n);
    execute format('alter table home_%s force row level security', n);
    execute format('create policy own_rows on home_%s using (tenant_id = rhizome.current_tenant())', n);
    execute format('insert into home_%s (tenant_id, space, document_id, embedding)
                    select ''00000000-0000-7000-8000-000000000001'', 1, s::text,
                           array(select random_normal() from generate_series(1, 384 + 0 * s))::vector
                      from generate_series(1, 100) s', n);
    execute format('create index on home_%s using hnsw ((embedding::vector(384)) vector_cosine_ops) where (space = 1)', n);
    if n % 100 = 0 then commit; end if;
  end loop;
  insert into seen values ('making a home, ms', round(1000 * extract(epoch from clock_timestamp() - began) / homes, 1));
end
$$;
-- Each as a connection of the service does it that searches in each home: a statement prepared for each.
create procedure search(homes integer) language plpgsql as $$
declare
  n integer; began timestamptz; first numeric := 0; again numeric := 0;
  question constant text := array(select random_normal() from generate_series(1, 384))::vector::text;
begin
  perform set_config('plan_cache_mode', 'force_generic_plan', false);
  perform set_config('enable_seqscan', 'off', false);
  perform set_config('enable_sort', 'off', false);
  for n in 1..homes loop
    began := clock_timestamp();
    execute format('prepare in_home_%s (vector) as select document_id from home_%s where space = 1
                     order by embedding::vector(384) <=> $1 limit 10', n, n);
    execute format('execute in_home_%s (%L)', n, question);
    first := first + extract(epoch from clock_timestamp() - began);
    began := clock_timestamp();
    execute format('execute in_home_%s (%L)', n, question);
    again := again + extract(epoch from clock_timestamp() - began);
  end loop;
  insert into seen values ('first search of a home, ms', round(1000 * first / homes, 2)),
                          ('second search of a home, ms', round(1000 * again / homes, 2));
end
$$;

call make(:homes);
insert into seen values ('catalogue with them, MB', catalogue_mb());
\c
set search_path = bench_homes, rhizome, public;
insert into seen values ('memory of a connection, nothing searched, MB', backend_mb());
call search(:homes);
insert into seen values ('memory of a connection that searched in all, MB', backend_mb());
\timing on
vacuum analyze home_1;
select count(*) from pg_class where relnamespace = 'bench_homes'::regnamespace;
\timing off
select * from seen;
\o /dev/null
select format('drop table bench_homes.home_%s', n) from generate_series(1, :homes) as n \gexec
\o
drop schema bench_homes cascade;
