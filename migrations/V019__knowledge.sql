-- V019: knowledge: what agents asked the world, what they got, how those who answered are doing, and answers that are kept a while.

create table rhizome.knowledge_queries (
  tenant_id           uuid        not null default rhizome.current_tenant(),
  query_id            text        not null,
  node_id             text        not null generated always as ('query:' || query_id) stored,
  query_text          text        not null,
  query_type          text        not null,
  preferred_sources   text[]      not null default '{}',
  max_results         integer     not null default 10,
  relevance_threshold real        not null default 0.5,
  timeout_ms          bigint      not null default 30000,
  requester_id        text,
  priority            smallint    not null default 1,
  tags                text[]      not null default '{}',
  context             jsonb       not null default '{}',
  status              text        not null default 'pending',
  retry_count         integer     not null default 0,
  error               text,
  created_at          timestamptz not null default now(),
  started_at          timestamptz,
  completed_at        timestamptz,
  updated_at          timestamptz not null default now(),
  constraint knowledge_queries_pkey primary key (tenant_id, query_id),
  constraint knowledge_queries_id_length check (char_length(query_id) between 1 and 180),
  constraint knowledge_queries_type_known check (query_type in ('factual', 'explanatory', 'comparative', 'trend', 'technical')),
  constraint knowledge_queries_results_range check (max_results between 1 and 10000),
  constraint knowledge_queries_threshold_range check (relevance_threshold between 0 and 1),
  constraint knowledge_queries_timeout_positive check (timeout_ms > 0),
  constraint knowledge_queries_priority_range check (priority between 1 and 10),
  constraint knowledge_queries_status_known check (status in ('pending', 'processing', 'completed', 'failed')),
  constraint knowledge_queries_retries check (retry_count >= 0),
  constraint knowledge_queries_ended check ((status in ('completed', 'failed')) = (completed_at is not null))
);
call rhizome.isolate('rhizome.knowledge_queries');
alter table rhizome.knowledge_queries add constraint knowledge_queries_tenant_exists
  foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, update, delete on rhizome.knowledge_queries to rhizome_app;
create index knowledge_queries_newest on rhizome.knowledge_queries (tenant_id, created_at desc, query_id desc);
-- What is to be done next: the most urgent first, and of those the one that waits longest.
create index knowledge_queries_waiting on rhizome.knowledge_queries (tenant_id, priority desc, created_at, query_id)
  where status = 'pending';

comment on table rhizome.knowledge_queries is 'What agents wanted to know; each stands in the graph and in search as the node query:ID.';

create table rhizome.knowledge_results (
  tenant_id         uuid        not null default rhizome.current_tenant(),
  result_id         text        not null,
  node_id           text        not null generated always as ('result:' || result_id) stored,
  query_id          text        not null,
  content_hash      bytea       not null,
  title             text        not null,
  content           text        not null default '',
  url               text        not null,
  domain            text        not null,
  source_type       text        not null,
  relevance         real        not null,
  credibility       real        not null,
  quality           text        not null,
  provider          text        not null,
  provider_metadata jsonb       not null default '{}',
  published_at      timestamptz,
  retrieved_at      timestamptz not null default now(),
  created_at        timestamptz not null default now(),
  constraint knowledge_results_pkey primary key (tenant_id, result_id),
  constraint knowledge_results_once_a_query unique (tenant_id, query_id, content_hash),
  constraint knowledge_results_id_length check (char_length(result_id) between 1 and 180),
  constraint knowledge_results_hash_is_sha256 check (octet_length(content_hash) = 32),
  constraint knowledge_results_domain_length check (char_length(domain) between 1 and 180),
  constraint knowledge_results_source_known check (source_type in ('web', 'academic', 'news', 'documentation', 'social', 'internal')),
  constraint knowledge_results_relevance_range check (relevance between 0 and 1),
  constraint knowledge_results_credibility_range check (credibility between 0 and 1),
  constraint knowledge_results_quality_known check (quality in ('high', 'medium', 'low', 'unreliable'))
);
call rhizome.isolate('rhizome.knowledge_results');
alter table rhizome.knowledge_results add constraint knowledge_results_query_exists
  foreign key (tenant_id, query_id) references rhizome.knowledge_queries (tenant_id, query_id) on delete cascade;
grant select, insert, update, delete on rhizome.knowledge_results to rhizome_app;
create index knowledge_results_best on rhizome.knowledge_results (tenant_id, query_id, relevance desc, result_id);
create index knowledge_results_of_source on rhizome.knowledge_results (tenant_id, domain);

comment on table rhizome.knowledge_results
  is 'What was found for a query, the same content once; each is the node result:ID, between its query and its source:DOMAIN.';

create table rhizome.knowledge_responses (
  tenant_id           uuid             not null default rhizome.current_tenant(),
  query_id            text             not null,
  response_id         text             not null,
  summary             text             not null,
  confidence          real             not null,
  sources_used        text[]           not null default '{}',
  providers_queried   text[]           not null default '{}',
  total_results_found bigint           not null,
  results_filtered    bigint           not null,
  processing_time_ms  bigint           not null,
  cache_used          boolean          not null default false,
  mean_relevance      double precision,
  mean_credibility    double precision,
  source_diversity    double precision,
  created_at          timestamptz      not null default now(),
  constraint knowledge_responses_pkey primary key (tenant_id, query_id, response_id),
  constraint knowledge_responses_id_length check (char_length(response_id) between 1 and 200),
  constraint knowledge_responses_confidence_range check (confidence between 0 and 1),
  constraint knowledge_responses_counts check (total_results_found >= 0 and results_filtered >= 0 and processing_time_ms >= 0),
  constraint knowledge_responses_diversity_range check (source_diversity between 0 and 1)
);
call rhizome.isolate('rhizome.knowledge_responses');
alter table rhizome.knowledge_responses add constraint knowledge_responses_query_exists
  foreign key (tenant_id, query_id) references rhizome.knowledge_queries (tenant_id, query_id) on delete cascade;
grant select, insert, update, delete on rhizome.knowledge_responses to rhizome_app;
create index knowledge_responses_newest on rhizome.knowledge_responses (tenant_id, query_id, created_at desc, response_id desc);

comment on table rhizome.knowledge_responses is 'What was answered to a query; the means are of its results at that moment, null where there were none.';

create table rhizome.knowledge_providers (
  tenant_id            uuid        not null default rhizome.current_tenant(),
  provider             text        not null,
  requests             bigint      not null,
  failures             bigint      not null,
  consecutive_failures bigint      not null,
  response_time_ms     bigint      not null,
  minute_began_at      timestamptz not null,
  minute_requests      bigint      not null,
  hour_began_at        timestamptz not null,
  hour_requests        bigint      not null,
  hour_failures        bigint      not null,
  rate_limit_remaining bigint,
  rate_limit_reset_at  timestamptz,
  last_error           text,
  last_failure_at      timestamptz,
  last_success_at      timestamptz,
  updated_at           timestamptz not null default now(),
  constraint knowledge_providers_pkey primary key (tenant_id, provider),
  constraint knowledge_providers_name_length check (char_length(provider) between 1 and 100),
  constraint knowledge_providers_counts check (
    failures between 0 and requests and consecutive_failures between 0 and failures and response_time_ms >= 0
    and hour_failures between 0 and hour_requests and minute_requests >= 0 and rate_limit_remaining >= 0)
);
call rhizome.isolate('rhizome.knowledge_providers');
alter table rhizome.knowledge_providers add constraint knowledge_providers_tenant_exists
  foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, update, delete on rhizome.knowledge_providers to rhizome_app;

comment on table rhizome.knowledge_providers is 'How those who are asked are doing: sums, which lose no update, and windows of the clock''s minute and hour.';

create table rhizome.knowledge_cache (
  tenant_id  uuid        not null default rhizome.current_tenant(),
  cache_key  text        not null,
  kind       text        not null,
  content    jsonb       not null,
  metadata   jsonb       not null default '{}',
  bytes      bigint      not null,
  hits       bigint      not null default 0,
  stored_at  timestamptz not null default now(),
  expires_at timestamptz not null,
  last_hit_at timestamptz,
  constraint knowledge_cache_pkey primary key (tenant_id, cache_key),
  constraint knowledge_cache_key_length check (char_length(cache_key) between 1 and 200),
  constraint knowledge_cache_kind_known check (kind in ('query_result', 'search_result', 'response')),
  constraint knowledge_cache_counts check (bytes > 0 and hits >= 0)
);
call rhizome.isolate('rhizome.knowledge_cache');
alter table rhizome.knowledge_cache add constraint knowledge_cache_tenant_exists
  foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, update, delete on rhizome.knowledge_cache to rhizome_app;
create index knowledge_cache_expiry on rhizome.knowledge_cache (tenant_id, expires_at);

comment on table rhizome.knowledge_cache is 'Answers that are kept until they expire, under a key that is the tenant''s own.';

create table rhizome.knowledge_cache_lookups (
  tenant_id uuid   not null default rhizome.current_tenant(),
  hits      bigint not null default 0,
  misses    bigint not null default 0,
  constraint knowledge_cache_lookups_pkey primary key (tenant_id),
  constraint knowledge_cache_lookups_counts check (hits >= 0 and misses >= 0)
);
call rhizome.isolate('rhizome.knowledge_cache_lookups');
alter table rhizome.knowledge_cache_lookups add constraint knowledge_cache_lookups_tenant_exists
  foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, update, delete on rhizome.knowledge_cache_lookups to rhizome_app;

comment on table rhizome.knowledge_cache_lookups is 'How often something was looked up in the cache, and found or not.';
