-- V026: tenants of the level "shared" may let others read some of what they have (docs/adr/0040).
--
-- Whoever reads as a guest does so as a role of its own. Policies for that role alone stand behind those of V001, so a tenant's own
-- reading is neither changed nor slower. Only an administrator makes roles.

do $do$
begin
  if not exists (select from pg_roles where rolname = 'rhizome_guest') then
    raise exception 'the role rhizome_guest is missing'
      using hint = 'run migrations/bootstrap.sql again, as the file says; it changes nothing else';
  end if;
end
$do$;

grant usage on schema rhizome to rhizome_guest;
grant execute on function rhizome.current_tenant() to rhizome_guest;

-- As current_tenant(), whose rows are read; this is who reads them.
create function rhizome.current_guest() returns uuid
  language sql stable parallel safe
  return nullif(current_setting('app.current_guest', true), '')::uuid;
grant execute on function rhizome.current_guest() to rhizome_guest;

comment on function rhizome.current_guest() is 'The tenant that reads the current one''s rows as a guest, null where none does.';

create table rhizome.tenant_grants (
  tenant_id  uuid        not null default rhizome.current_tenant(),
  grant_id   uuid        not null,
  guest      uuid        not null,
  name       text        not null,
  types      text[],
  filter     jsonb,
  ids        text[],
  created_at timestamptz not null default now(),
  created_by text        not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  revoked_by text,
  constraint tenant_grants_pkey primary key (tenant_id, grant_id),
  constraint tenant_grants_of_others check (guest <> tenant_id),
  constraint tenant_grants_name_length check (char_length(name) between 1 and 500),
  constraint tenant_grants_types_named check (cardinality(types) between 1 and 50),
  constraint tenant_grants_ids_named check (cardinality(ids) between 1 and 1000),
  constraint tenant_grants_ids_alone check (ids is null or types is null and filter is null),
  constraint tenant_grants_filter_is_object check (jsonb_typeof(filter) = 'object'),
  constraint tenant_grants_revoked_by_somebody check ((revoked_at is null) = (revoked_by is null))
);
call rhizome.isolate('rhizome.tenant_grants');
alter table rhizome.tenant_grants add constraint tenant_grants_tenant_exists
  foreign key (tenant_id) references rhizome.tenants (tenant_id);
create index tenant_grants_of_guest on rhizome.tenant_grants (guest, tenant_id, grant_id);
-- Grants are given and revoked by functions of the owner, which write it down in the same transaction.
grant select, delete on rhizome.tenant_grants to rhizome_app;
-- received_grants and visit run as the owner, which forced row-level security would otherwise blind.
create policy operator_lists on rhizome.tenant_grants for select to rhizome_owner using (true);

comment on table rhizome.tenant_grants is 'What a tenant lets others read, until it is revoked or expires.';
comment on column rhizome.tenant_grants.guest is 'Who may read; no key leads to it, so that a grant does not tell whether it exists.';
comment on column rhizome.tenant_grants.types is 'Things of these types; null for all types.';
comment on column rhizome.tenant_grants.filter is 'Things whose metadata contains this; null for all.';
comment on column rhizome.tenant_grants.ids is 'These things and no others; null where types and filter say it.';

create table rhizome.tenant_access_log (
  tenant_id   uuid        not null default rhizome.current_tenant(),
  occurred_at timestamptz not null default clock_timestamp(),
  entry_id    uuid        not null default gen_random_uuid(),
  owner       uuid        not null,
  guest       uuid        not null,
  action      text        not null,
  subject     text        not null,
  actor       text        not null,
  constraint tenant_access_log_pkey primary key (tenant_id, occurred_at, entry_id),
  constraint tenant_access_log_action_known check (action in ('granted', 'revoked', 'searched', 'read')),
  constraint tenant_access_log_is_of_one_side check (tenant_id in (owner, guest))
);
call rhizome.isolate('rhizome.tenant_access_log');
call rhizome.make_append_only('rhizome.tenant_access_log');
-- Nobody adds to it but functions of the owner, which write both sides in one transaction.
grant select on rhizome.tenant_access_log to rhizome_app;

comment on table rhizome.tenant_access_log
  is 'Who let whom read, and who read; one row for each of both sides. No key leads to tenants, so that it outlives them.';
comment on column rhizome.tenant_access_log.subject
  is 'The grant that was given or revoked, the SHA-256 of the words that were searched for, or the id of the thing that was read.';

-- What a guest may read. Restrictive policies take away from what own_rows_read shows, which are the rows of the current tenant;
-- conditions in a sub-select of their own are looked up once a statement, not once a row.

grant select (tenant_id, status, isolation, language, vector_space, next_vector_space) on rhizome.tenants to rhizome_guest;
grant select on rhizome.vector_spaces, rhizome.tenant_grants, rhizome.vector_homes, rhizome.hybrid_search_index, rhizome.search_terms,
  rhizome.search_vocabulary, rhizome.entities to rhizome_guest;

create policy guest_reads_live on rhizome.tenant_grants as restrictive for select to rhizome_guest
  using (guest = rhizome.current_guest() and revoked_at is null
         and (expires_at is null or expires_at > statement_timestamp())
         and exists (select from rhizome.tenants t
                      where t.tenant_id = tenant_grants.tenant_id and t.status = 'active' and t.isolation = 'shared'));
create policy guest_reads_where_granted on rhizome.vector_homes as restrictive for select to rhizome_guest
  using ((select count(*) > 0 from rhizome.tenant_grants g where g.tenant_id = rhizome.current_tenant()));

-- What the grants that hold let the current guest see: R__sharing.sql says it, these are there for the policies to name.
create function rhizome.sees_all() returns boolean language sql stable return false;
create function rhizome.seen_types() returns text[] language sql stable return null::text[];
create function rhizome.seen_ids() returns text[] language sql stable return null::text[];
create function rhizome.seen_shapes() returns jsonb[] language sql stable return null::jsonb[];
grant execute on function rhizome.sees_all(), rhizome.seen_types(), rhizome.seen_ids(), rhizome.seen_shapes() to rhizome_guest;

-- Things that have an id, a type and metadata.
create procedure rhizome.share_things(things regclass, id name)
  language plpgsql
  as $$
begin
  execute format($policy$
    create policy guest_reads_granted on %1$s as restrictive for select to rhizome_guest using (
      (select rhizome.sees_all())
      or type = any ((select rhizome.seen_types())::text[])
      or %2$I = any ((select rhizome.seen_ids())::text[])
      or (select rhizome.seen_shapes() is not null)
         and jsonb_build_object('type', type, 'metadata', metadata) @> any ((select rhizome.seen_shapes())::jsonb[]))
    $policy$, things, id);
end
$$;
call rhizome.share_things('rhizome.hybrid_search_index', 'document_id');
call rhizome.share_things('rhizome.entities', 'entity_id');

-- What belongs to a document: a guest sees it where it sees the document.
create procedure rhizome.share_with_documents(belongings regclass)
  language plpgsql
  as $$
begin
  execute format('grant select on %s to rhizome_guest', belongings);
  execute format($policy$
    create policy guest_reads_granted on %1$s as restrictive for select to rhizome_guest using (
      (select rhizome.sees_all())
      or exists (select from rhizome.hybrid_search_index i
                  where i.tenant_id = rhizome.current_tenant() and i.document_id = %1$s.document_id))
    $policy$, belongings);
end
$$;
call rhizome.share_with_documents('rhizome.search_terms');
call rhizome.share_with_documents('rhizome.vectors');

create policy guest_reads_granted on rhizome.search_vocabulary as restrictive for select to rhizome_guest
  using ((select rhizome.sees_all())
         or exists (select from rhizome.search_terms s
                     where s.tenant_id = rhizome.current_tenant() and s.term = search_vocabulary.term));

-- Tables of large tenants' own vectors that are there already; begin_rehousing does it for new ones.
do $do$
declare
  home text;
begin
  for home in
    select c.oid::regclass::text from pg_class c
     where c.relnamespace = 'rhizome'::regnamespace and c.relkind = 'r' and c.relname ~ '^vectors_t[0-9a-f]{32}_[0-9]+$'
  loop
    execute format('call rhizome.share_with_documents(%L)', home);
  end loop;
end
$do$;
