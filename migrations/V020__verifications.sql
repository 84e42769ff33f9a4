-- V020: verifications: claims that are checked, what came out, what shows it, and how the methods do.

create table rhizome.verification_requests (
  tenant_id          uuid        not null default rhizome.current_tenant(),
  verification_id    text        not null,
  content            text        not null,
  source             text,
  context            text,
  types              text[]      not null default '{}',
  priority           text        not null default 'medium',
  priority_rank      smallint    not null generated always as
    (case priority when 'critical' then 4 when 'high' then 3 when 'medium' then 2 else 1 end) stored,
  timeout_ms         bigint      not null default 30000,
  metadata           jsonb       not null default '{}',
  claim_hash         bytea       not null,
  status             text        not null default 'pending',
  retry_count        integer     not null default 0,
  error              text,
  error_code         text,
  created_at         timestamptz not null default now(),
  started_at         timestamptz,
  completed_at       timestamptz,
  updated_at         timestamptz not null default now(),
  constraint verification_requests_pkey primary key (tenant_id, verification_id),
  constraint verification_requests_id_length check (char_length(verification_id) between 1 and 180),
  constraint verification_requests_priority_known check (priority in ('low', 'medium', 'high', 'critical')),
  constraint verification_requests_timeout_positive check (timeout_ms > 0),
  constraint verification_requests_hash_is_sha256 check (octet_length(claim_hash) = 32),
  constraint verification_requests_status_known check (status in ('pending', 'processing', 'completed', 'failed', 'cancelled')),
  constraint verification_requests_ended check (
    (status in ('completed', 'failed', 'cancelled')) = (completed_at is not null))
);
call rhizome.isolate('rhizome.verification_requests');
alter table rhizome.verification_requests add constraint verification_requests_tenant_exists
  foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, update, delete on rhizome.verification_requests to rhizome_app;
create index verification_requests_newest on rhizome.verification_requests (tenant_id, created_at desc, verification_id desc);
-- What is to be done next: the most urgent first, and of those the one that waits longest.
create index verification_requests_waiting on rhizome.verification_requests (tenant_id, priority_rank desc, created_at, verification_id)
  where status in ('pending', 'processing');

comment on table rhizome.verification_requests is 'Claims that are to be checked, and how far that is.';

create table rhizome.verification_results (
  tenant_id          uuid        not null default rhizome.current_tenant(),
  verification_id    text        not null,
  claim_hash         bytea       not null,
  verdict            text        not null,
  confidence         real        not null,
  reasoning          text[]      not null default '{}',
  methods            jsonb       not null default '[]',
  processing_time_ms bigint      not null,
  entry_id           text,
  hits               bigint      not null default 0,
  last_hit_at        timestamptz,
  kept_until         timestamptz,
  created_at         timestamptz not null default now(),
  constraint verification_results_pkey primary key (tenant_id, verification_id),
  constraint verification_results_verdict_known check (verdict in (
    'verified_true', 'verified_false', 'partially_true', 'unverified', 'contradictory', 'insufficient_data', 'mixed', 'error')),
  constraint verification_results_confidence_range check (confidence between 0 and 1),
  constraint verification_results_counts check (processing_time_ms >= 0 and hits >= 0)
);
call rhizome.isolate('rhizome.verification_results');
alter table rhizome.verification_results add constraint verification_results_request_exists
  foreign key (tenant_id, verification_id) references rhizome.verification_requests (tenant_id, verification_id) on delete cascade;
grant select, insert, update, delete on rhizome.verification_results to rhizome_app;
create index verification_results_of_claim on rhizome.verification_results (tenant_id, claim_hash, created_at desc);

comment on table rhizome.verification_results
  is 'What came out. While one is kept, the same claim is answered from it: the same by SHA-256 of all that makes a claim.';
comment on column rhizome.verification_results.entry_id is 'Id of the verdict in the tenant''s provenance that records it.';

create table rhizome.verification_evidence (
  tenant_id       uuid     not null default rhizome.current_tenant(),
  verification_id text     not null,
  place           integer  not null,
  source          text     not null,
  title           text,
  publisher       text,
  content         text     not null default '',
  evidence_type   text     not null,
  method          text,
  supporting      boolean  not null,
  relevance       real     not null,
  credibility     real     not null,
  published_at    timestamptz,
  metadata        jsonb    not null default '{}',
  constraint verification_evidence_pkey primary key (tenant_id, verification_id, place),
  constraint verification_evidence_place check (place > 0),
  constraint verification_evidence_type_known check (evidence_type in (
    'factual', 'statistical', 'testimonial', 'logical', 'anecdotal', 'general')),
  constraint verification_evidence_relevance_range check (relevance between 0 and 1),
  constraint verification_evidence_credibility_range check (credibility between 0 and 1)
);
call rhizome.isolate('rhizome.verification_evidence');
alter table rhizome.verification_evidence add constraint verification_evidence_result_exists
  foreign key (tenant_id, verification_id) references rhizome.verification_results (tenant_id, verification_id) on delete cascade;
grant select, insert, update, delete on rhizome.verification_evidence to rhizome_app;

comment on table rhizome.verification_evidence is 'What speaks for a claim and what against it, in the order in which it was told.';

create table rhizome.verification_methods (
  tenant_id          uuid        not null default rhizome.current_tenant(),
  method             text        not null,
  uses               bigint      not null,
  failures           bigint      not null,
  processing_time_ms bigint      not null,
  confidence_total   double precision not null,
  evidence           bigint      not null,
  last_used_at       timestamptz not null default now(),
  constraint verification_methods_pkey primary key (tenant_id, method),
  constraint verification_methods_name check (method ~ '^[a-z0-9_]{1,64}$'),
  constraint verification_methods_sums check (
    uses > 0 and failures between 0 and uses and processing_time_ms >= 0 and evidence >= 0
    and confidence_total between 0 and uses)
);
call rhizome.isolate('rhizome.verification_methods');
alter table rhizome.verification_methods add constraint verification_methods_tenant_exists
  foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, update, delete on rhizome.verification_methods to rhizome_app;

comment on table rhizome.verification_methods is 'How methods of verification do: sums over results, which lose no update.';
