-- Functions of V027: the only way from several tenants' rows to a figure. Like every file R__…, it runs again when it is changed.

-- What can be asked. A tenant's own number is clamped to the range; an answer costs epsilon.
create or replace function rhizome.federated_measures()
  returns table (measure text, unit text, lowest numeric, highest numeric, epsilon numeric)
  language sql immutable
  as $$
  values ('success-rate', 'ratio', 0.0, 1.0, 0.5),
         ('quality', 'ratio', 0.0, 1.0, 0.5),
         ('latency', 'ms', 0.0, 60000.0, 0.5),
         ('outcomes', 'outcomes', 0.0, 10000.0, 0.5)
$$;
grant execute on function rhizome.federated_measures() to rhizome_app;

comment on function rhizome.federated_measures() is 'The figures that exist, with their ranges and what an answer costs.';

-- Settings of a tenant's privacy. Older rows may say anything there: what is no number within the bounds is not believed.
create or replace function rhizome.federated_k(privacy jsonb) returns integer
  language sql immutable
  as $$
  select case when jsonb_typeof(privacy -> 'kAnonymity') = 'number'
              then greatest(2, least(1000, ceil((privacy ->> 'kAnonymity')::numeric)))::integer
              else 5 end
$$;
grant execute on function rhizome.federated_k(jsonb) to rhizome_app;

comment on function rhizome.federated_k(jsonb) is 'How many tenants a figure must be of for one with these settings to be among them.';

create or replace function rhizome.federated_budget(privacy jsonb) returns numeric
  language sql immutable
  as $$
  select case when jsonb_typeof(privacy -> 'epsilon') = 'number'
              then greatest(0, least(10, (privacy ->> 'epsilon')::numeric))
              else 5 end
$$;
grant execute on function rhizome.federated_budget(jsonb) to rhizome_app;

comment on function rhizome.federated_budget(jsonb) is 'What a tenant with these settings gives away in a quarter of a year at most, and may ask for.';

-- On the allow-list of functions that run as the owner: one figure over all federated tenants, or why there is none.
--
-- No policy lets the owner see outcomes of several tenants. The function becomes one tenant after the other, and row-level security
-- shows it that tenant's rows; of each it takes one number, its own mean or count, clamped. These numbers stay in here.
--
-- Privacy is that of a whole tenant: whether it takes part at all changes the probability of any answer by a factor of e^epsilon at
-- most. Half of epsilon goes to how many tenants there are (one tenant changes that by 1), half to the sum of their numbers, counted
-- from the middle of the range (one tenant changes that by half the range). What is told is made of these two noisy numbers alone.
--
-- The noise is Laplace's on whole numbers, the difference of two geometric ones (Ghosh, Roughgarden and Sundararajan, Universally
-- utility-maximizing privacy mechanisms, 2009). Laplace noise in floating point is added to values between which there are gaps, and
-- the gaps show what it was added to (Mironov, On significance of the least significant bits for differential privacy, 2012). Here
-- numbers and noise are whole steps, the ten-thousandth part of the range, in exact arithmetic: every sum can come from any other.
-- The randomness is that of gen_random_uuid(), which PostgreSQL takes from its secure generator. The version and the variant of a UUID
-- are not random; twelve octets without them make a number of 96 bits. A half is added, so it is never 0, which has no logarithm.
create or replace function rhizome.federated_figure(asked text, kind text, unit text, first_day date)
  returns table (outcome text, value double precision, tenants bigint, k integer, scale double precision, epsilon numeric,
                 period_from timestamptz, period_until timestamptz, answered_at timestamptz, renews_at timestamptz)
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '5s'
  as $$
#variable_conflict use_column
declare
  steps constant numeric := 10000;
  nobody constant uuid := '00000000-0000-0000-0000-000000000000'; -- whose rows the answers are
  asker constant uuid := rhizome.current_tenant();
  wanted       record;
  known        rhizome.federated_answers;
  begins       timestamptz;
  ends         timestamptz;
  moment       timestamptz;
  quarter      timestamptz;
  federation   uuid[];
  least_many   integer;
  tenant       uuid := asker;
  settings     jsonb;
  own          numeric;
  spent        numeric;
  present      integer := 0;
  givers       uuid[] := '{}';
  total        numeric := 0;
  octets       bytea;
  drawn        numeric;
  noise        numeric[] := array[0, 0];
begin
  select f.* into wanted from rhizome.federated_measures() f where f.measure = asked;
  if not found then
    outcome := 'unknown-measure';
    return next;
    return;
  end if;
  select t.privacy into settings
    from rhizome.tenants t
   where t.tenant_id = tenant and t.isolation = 'federated' and t.status = 'active';
  if not found then
    outcome := 'not-federated';
    return next;
    return;
  end if;

  -- What was begun before the end of a period is written an hour later. From then on there is one answer to it, for good.
  begins := date_trunc(unit, first_day::timestamp) at time zone 'UTC';
  ends := (date_trunc(unit, first_day::timestamp) + ('1 ' || unit)::interval) at time zone 'UTC';
  if unit not in ('day', 'week', 'month') or begins <> first_day::timestamp at time zone 'UTC'
     or ends > clock_timestamp() - interval '1 hour' then
    outcome := 'open-period';
    return next;
    return;
  end if;

  -- New answers are made one at a time, whatever they are about: two at once would each find the same budget unspent. The first look is
  -- without the lock, since most questions were asked before.
  perform set_config('app.current_tenant', nobody::text, true);
  for look in 1..2 loop
    select a.* into known
      from rhizome.federated_answers a
     where a.tenant_id = nobody and a.measure = asked and a.task_type = kind and a.period_from = begins and a.period_until = ends;
    exit when known.measure is not null or look = 2;
    perform pg_advisory_xact_lock(hashtextextended('answers over federated tenants', 0));
  end loop;
  perform set_config('app.current_tenant', asker::text, true);
  if known.measure is null then
    moment := clock_timestamp();
    quarter := date_trunc('quarter', moment, 'UTC');
    renews_at := (date_trunc('quarter', moment at time zone 'UTC') + interval '3 months') at time zone 'UTC';
    select coalesce(sum(l.epsilon), 0) into spent
      from rhizome.privacy_ledger l
     where l.tenant_id = tenant and l.side = 'asker' and l.charged_at >= quarter;
    if spent + wanted.epsilon > rhizome.federated_budget(settings) then
      outcome := 'budget-spent';
      return next;
      return;
    end if;

    -- k is that of the whole federation: if it were that of those who contribute, it would tell who does.
    select coalesce(max(rhizome.federated_k(t.privacy)), 2), coalesce(array_agg(t.tenant_id order by t.tenant_id), '{}')
      into least_many, federation
      from rhizome.tenants t
     where t.isolation = 'federated' and t.status = 'active';
    foreach tenant in array federation loop
      perform set_config('app.current_tenant', tenant::text, true);
      select case asked when 'success-rate' then avg(e.success::integer)
                        when 'quality' then avg(e.quality)
                        when 'latency' then avg(e.latency_ms)
                        when 'outcomes' then count(*) end
        into own
        from rhizome.agent_performance_events e
       where e.tenant_id = tenant and e.task_type = kind and e.recorded_at >= begins and e.recorded_at < ends
      having count(*) > 0;
      continue when own is null;
      -- Until this transaction ends the tenant cannot be suspended or removed: its rows of the ledger would stay behind.
      select t.privacy into settings
        from rhizome.tenants t
       where t.tenant_id = tenant and t.isolation = 'federated' and t.status = 'active'
         for share;
      continue when not found;
      present := present + 1;
      select coalesce(sum(l.epsilon), 0) into spent
        from rhizome.privacy_ledger l
       where l.tenant_id = tenant and l.side = 'contributor' and l.charged_at >= quarter;
      continue when spent + wanted.epsilon > rhizome.federated_budget(settings);
      givers := givers || tenant;
      own := (greatest(wanted.lowest, least(wanted.highest, own)) - wanted.lowest) / (wanted.highest - wanted.lowest);
      total := total + round(own * steps) - steps / 2;
    end loop;
    perform set_config('app.current_tenant', asker::text, true);
    if cardinality(givers) < least_many then
      outcome := case when present < least_many then 'too-few' else 'budget-spent' end;
      return next;
      return;
    end if;

    for draw in 0..3 loop
      octets := uuid_send(gen_random_uuid());
      drawn := (('x' || encode(substr(octets, 1, 6), 'hex'))::bit(48)::bigint * 281474976710656::numeric
                + ('x' || encode(substr(octets, 11, 6), 'hex'))::bit(48)::bigint + 0.5) / 79228162514264337593543950336::numeric;
      drawn := floor(-ln(drawn) / (wanted.epsilon / 2 / case when draw < 2 then 1 else steps / 2 end));
      noise[1 + draw / 2] := noise[1 + draw / 2] + case draw % 2 when 0 then drawn else -drawn end;
    end loop;

    foreach tenant in array givers loop
      perform set_config('app.current_tenant', tenant::text, true);
      insert into rhizome.privacy_ledger
        (tenant_id, charged_at, side, measure, task_type, period_from, period_until, epsilon)
      values (tenant, moment, 'contributor', asked, kind, begins, ends, wanted.epsilon);
    end loop;
    perform set_config('app.current_tenant', asker::text, true);
    insert into rhizome.privacy_ledger
      (tenant_id, charged_at, side, measure, task_type, period_from, period_until, epsilon)
    values (asker, moment, 'asker', asked, kind, begins, ends, wanted.epsilon);

    known.tenants := greatest(least_many, cardinality(givers) + noise[1]);
    own := wanted.lowest + (wanted.highest - wanted.lowest) * (0.5 + (total + noise[2]) / (steps * known.tenants));
    known.value := round(greatest(wanted.lowest, least(wanted.highest, own)), 6);
    known.scale := round((wanted.highest - wanted.lowest) / wanted.epsilon / known.tenants, 6);
    perform set_config('app.current_tenant', nobody::text, true);
    insert into rhizome.federated_answers
      (tenant_id, measure, task_type, period_from, period_until, value, tenants, k, scale, epsilon, answered_at)
    values (nobody, asked, kind, begins, ends, known.value, known.tenants, least_many, known.scale, wanted.epsilon, moment)
    returning * into known;
    perform set_config('app.current_tenant', asker::text, true);
  end if;

  return query
    select 'answered', known.value, known.tenants, known.k, known.scale, known.epsilon, known.period_from, known.period_until,
           known.answered_at, null::timestamptz;
end
$$;
grant execute on function rhizome.federated_figure(text, text, text, date) to rhizome_app;

comment on function rhizome.federated_figure(text, text, text, date)
  is 'A figure over all federated tenants, with noise, which each of them and the asker pays for once; or why there is none.';
