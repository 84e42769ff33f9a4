-- What m, ef_construction, ef_search and half precision cost and gain: bin/postgres psql -f bench/sql/index-settings.sql
-- Vectors lie around 500 centres as in `bin/bench tenants`; 50,000 of them, unless -v rows=N says otherwise. It takes about ten
-- minutes on two cores, works in a schema of its own, and removes that.
\set ON_ERROR_STOP on
\if :{?rows}
\else
  \set rows 50000
\endif
set client_min_messages = warning;
drop schema if exists bench_index cascade;
create schema bench_index;
set search_path = bench_index, rhizome, public;
set maintenance_work_mem = '1GB';
set max_parallel_maintenance_workers = 1;
select setseed(0.42) as seed \gset

create table centres as
select n, array_agg(random_normal())::vector(384) as v
  from generate_series(0, 499) n, generate_series(1, 384) d group by n;
create table noise as
select n, array_agg(0.7 * random_normal())::vector(384) as v
  from generate_series(0, 2999) n, generate_series(1, 384) d group by n;
create table things as
select s as id, (c.v + n.v)::vector(384) as v, (c.v + n.v)::halfvec(384) as h
  from generate_series(1, :rows) s join centres c on c.n = s % 500 join noise n on n.n = s % 1999;
create table questions as
select n.n as id, (c.v + n.v)::vector(384) as v from centres c join noise n on n.n = 2000 + c.n limit 200;
analyze things;
create table truth as
select q.id, near.ids
  from questions q
 cross join lateral (select array_agg(t.id) as ids
                       from (select x.id from things x order by x.v <=> q.v limit 10) as t) as near;

create table results (label text, build_s numeric, index_mb numeric, ef integer, recall numeric, p50_ms numeric, p95_ms numeric);

-- Makes the index, and asks each question with each width twice; the second time is measured.
create procedure try(label text, half boolean, m integer, construction integer, widths integer[]) language plpgsql as $$
declare
  began timestamptz; built numeric; width integer; round integer; asked record; found bigint[]; hits integer; times numeric[];
begin
  began := clock_timestamp();
  execute format('create index tried on things using hnsw (%s) with (m = %s, ef_construction = %s)',
                 case when half then 'h halfvec_cosine_ops' else 'v vector_cosine_ops' end, m, construction);
  built := extract(epoch from clock_timestamp() - began);
  perform set_config('enable_seqscan', 'off', true);
  foreach width in array widths loop
    perform set_config('hnsw.ef_search', width::text, true);
    for round in 1..2 loop
      hits := 0; times := '{}';
      for asked in select q.id, q.v, q.v::halfvec(384) as h, t.ids from questions q join truth t using (id) loop
        began := clock_timestamp();
        if half then
          -- The index finds candidates; the whole vectors put them in order.
          select array_agg(id) into found from (
            select id from (select x.id, x.v from things x order by x.h <=> asked.h limit 20) as c order by c.v <=> asked.v limit 10) as s;
        else
          select array_agg(id) into found from (select x.id from things x order by x.v <=> asked.v limit 10) as s;
        end if;
        times := times || (1000 * extract(epoch from clock_timestamp() - began))::numeric;
        hits := hits + cardinality(array(select unnest(found) intersect select unnest(asked.ids)));
      end loop;
    end loop;
    insert into results
    select label, round(built, 1), round(pg_relation_size('tried') / 1e6, 1), width, round(hits / 2000.0, 4),
           round((percentile_cont(0.5) within group (order by t))::numeric, 2),
           round((percentile_cont(0.95) within group (order by t))::numeric, 2)
      from unnest(times) as t;
  end loop;
  drop index tried;
  commit;
end
$$;

call try('m 16, ef_construction 64', false, 16, 64, '{40, 60, 100, 200, 400}');
call try('m 8, ef_construction 64', false, 8, 64, '{40, 100, 200, 400}');
call try('m 32, ef_construction 64', false, 32, 64, '{40, 100, 200, 400}');
call try('m 16, ef_construction 200', false, 16, 200, '{40, 100, 200, 400}');
call try('half precision, m 16, ef_construction 64', true, 16, 64, '{40, 60, 100, 200, 400}');
select * from results;
drop schema bench_index cascade;
