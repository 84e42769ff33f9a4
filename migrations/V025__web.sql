-- V025: pages of the web that agents have read, and how often a site may be asked.

create table rhizome.web_contents (
  tenant_id  uuid        not null default rhizome.current_tenant(),
  content_id text        not null,
  node_id    text        not null generated always as ('content:' || content_id) stored,
  media_type text        not null,
  title      text        not null,
  text       text        not null,
  bytes      bigint      not null,
  pages      integer,
  chunks     integer     not null,
  created_at timestamptz not null default now(),
  constraint web_contents_pkey primary key (tenant_id, content_id),
  constraint web_contents_id_is_sha256 check (content_id ~ '^[0-9a-f]{64}$'),
  constraint web_contents_title_length check (char_length(title) between 1 and 500),
  constraint web_contents_counts check (bytes >= 0 and pages >= 0 and chunks >= 0)
);
call rhizome.isolate('rhizome.web_contents');
alter table rhizome.web_contents add constraint web_contents_tenant_exists
  foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, update, delete on rhizome.web_contents to rhizome_app;

comment on table rhizome.web_contents is 'What pages say, each text once for all URLs that have it; each is the node content:ID, behind which its chunks stand.';
comment on column rhizome.web_contents.content_id is 'SHA-256 of the bytes and of how they were read.';

create table rhizome.web_pages (
  tenant_id       uuid        not null default rhizome.current_tenant(),
  page_id         text        not null,
  node_id         text        not null generated always as ('page:' || page_id) stored,
  url             text        not null,
  domain          text        not null,
  content_id      text        not null,
  quality         text        not null default 'unknown',
  extraction_type text        not null default 'full_page',
  status_code     smallint,
  metadata        jsonb       not null default '{}',
  hits            bigint      not null default 0,
  last_hit_at     timestamptz,
  created_at      timestamptz not null default now(),
  fetched_at      timestamptz not null default now(),
  expires_at      timestamptz not null,
  constraint web_pages_pkey primary key (tenant_id, page_id),
  constraint web_pages_id_form check (page_id ~ '^[0-9a-f]{32}$'),
  constraint web_pages_url_length check (char_length(url) between 1 and 2000),
  constraint web_pages_quality_known check (quality in ('high', 'medium', 'low', 'unknown')),
  constraint web_pages_extraction_known check (extraction_type in ('full_page', 'main_content', 'specific_element', 'metadata')),
  constraint web_pages_status_code_range check (status_code between 100 and 599),
  constraint web_pages_hits check (hits >= 0)
);
call rhizome.isolate('rhizome.web_pages');
-- No cascade: whoever removes a text has made sure that no page has it.
alter table rhizome.web_pages add constraint web_pages_content_exists
  foreign key (tenant_id, content_id) references rhizome.web_contents (tenant_id, content_id);
grant select, insert, update, delete on rhizome.web_pages to rhizome_app;
create index web_pages_of_content on rhizome.web_pages (tenant_id, content_id);
create index web_pages_newest on rhizome.web_pages (tenant_id, fetched_at desc, page_id desc);
create index web_pages_of_domain on rhizome.web_pages (tenant_id, domain, fetched_at desc, page_id desc);
create index web_pages_expiry on rhizome.web_pages (tenant_id, expires_at);

comment on table rhizome.web_pages is 'URLs and what they say: as fetched last, until it expires. Each is the node page:ID of the graph.';
comment on column rhizome.web_pages.page_id is 'The first half of SHA-256 of the URL, as it was normalized.';

create table rhizome.web_links (
  tenant_id  uuid    not null default rhizome.current_tenant(),
  content_id text    not null,
  place      integer not null,
  page_id    text    not null,
  url        text    not null,
  constraint web_links_pkey primary key (tenant_id, content_id, place),
  constraint web_links_place_positive check (place > 0)
);
call rhizome.isolate('rhizome.web_links');
alter table rhizome.web_links add constraint web_links_content_exists
  foreign key (tenant_id, content_id) references rhizome.web_contents (tenant_id, content_id) on delete cascade;
grant select, insert, update, delete on rhizome.web_links to rhizome_app;
-- Which texts point to a page that has just come.
create index web_links_to on rhizome.web_links (tenant_id, page_id);

comment on table rhizome.web_links is 'Where texts point to, in their order; those to pages that are stored are edges of the graph too.';

create table rhizome.web_lookups (
  tenant_id uuid   not null default rhizome.current_tenant(),
  hits      bigint not null default 0,
  misses    bigint not null default 0,
  constraint web_lookups_pkey primary key (tenant_id),
  constraint web_lookups_counts check (hits >= 0 and misses >= 0)
);
call rhizome.isolate('rhizome.web_lookups');
alter table rhizome.web_lookups add constraint web_lookups_tenant_exists
  foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, update, delete on rhizome.web_lookups to rhizome_app;

comment on table rhizome.web_lookups is 'How often a page was looked up by its URL, and found or not.';

create table rhizome.web_domains (
  tenant_id           uuid        not null default rhizome.current_tenant(),
  domain              text        not null,
  requests_per_minute integer     not null default 60,
  blocked             boolean     not null default false,
  minute_began_at     timestamptz not null,
  minute_requests     integer     not null,
  requests            bigint      not null,
  refused             bigint      not null,
  allowed             boolean     not null,
  errors              bigint      not null default 0,
  consecutive_errors  integer     not null default 0,
  backoff_until       timestamptz,
  last_request_at     timestamptz,
  last_error          text,
  last_error_at       timestamptz,
  updated_at          timestamptz not null default now(),
  constraint web_domains_pkey primary key (tenant_id, domain),
  constraint web_domains_domain_length check (char_length(domain) between 1 and 253),
  constraint web_domains_rate_range check (requests_per_minute between 1 and 100000),
  constraint web_domains_counts check (
    minute_requests >= 0 and requests >= 0 and refused >= 0 and errors >= 0 and consecutive_errors between 0 and errors)
);
call rhizome.isolate('rhizome.web_domains');
alter table rhizome.web_domains add constraint web_domains_tenant_exists
  foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, update, delete on rhizome.web_domains to rhizome_app;

comment on table rhizome.web_domains is 'How often sites may be asked and were: a window of the clock''s minute, and when an error said to wait.';
comment on column rhizome.web_domains.allowed is 'Whether the last request was let through.';

create table rhizome.web_traversals (
  tenant_id          uuid        not null default rhizome.current_tenant(),
  traversal_id       text        not null,
  start_url          text        not null,
  domain             text        not null,
  max_depth          smallint    not null default 3,
  max_pages          integer     not null default 50,
  strategy           text        not null default 'breadth_first',
  same_domain_only   boolean     not null default true,
  respect_robots_txt boolean     not null default true,
  metadata           jsonb       not null default '{}',
  status             text        not null default 'pending',
  discovered         integer     not null default 0,
  visited            integer     not null default 0,
  skipped            integer     not null default 0,
  failed             integer     not null default 0,
  deepest            smallint    not null default 0,
  bytes              bigint      not null default 0,
  rate_limited       integer     not null default 0,
  error              text,
  created_at         timestamptz not null default now(),
  started_at         timestamptz,
  completed_at       timestamptz,
  updated_at         timestamptz not null default now(),
  constraint web_traversals_pkey primary key (tenant_id, traversal_id),
  constraint web_traversals_id_length check (char_length(traversal_id) between 1 and 200),
  constraint web_traversals_depth_range check (max_depth between 1 and 10),
  constraint web_traversals_pages_range check (max_pages between 1 and 100000),
  constraint web_traversals_strategy_known check (strategy in ('breadth_first', 'depth_first', 'relevance_based')),
  constraint web_traversals_status_known check (status in ('pending', 'running', 'completed', 'failed')),
  constraint web_traversals_completed check ((status in ('completed', 'failed')) = (completed_at is not null)),
  constraint web_traversals_counts check (
    visited >= 0 and skipped >= 0 and failed >= 0 and visited + skipped + failed <= discovered and discovered <= max_pages
    and bytes >= 0 and rate_limited >= 0 and deepest between 0 and max_depth)
);
call rhizome.isolate('rhizome.web_traversals');
alter table rhizome.web_traversals add constraint web_traversals_tenant_exists
  foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, update, delete on rhizome.web_traversals to rhizome_app;
create index web_traversals_newest on rhizome.web_traversals (tenant_id, created_at desc, traversal_id desc);

comment on table rhizome.web_traversals is 'Walks from page to page. Each change of a node adds to the counts; nothing is counted anew.';

create table rhizome.web_traversal_nodes (
  tenant_id     uuid        not null default rhizome.current_tenant(),
  traversal_id  text        not null,
  page_id       text        not null,
  place         integer     not null,
  url           text        not null,
  depth         smallint    not null,
  parent_id     text,
  link_text     text,
  link_type     text        not null,
  status        text        not null default 'pending',
  bytes         bigint,
  error         text,
  discovered_at timestamptz not null default now(),
  visited_at    timestamptz,
  constraint web_traversal_nodes_pkey primary key (tenant_id, traversal_id, page_id),
  constraint web_traversal_nodes_place_once unique (tenant_id, traversal_id, place),
  constraint web_traversal_nodes_depth_range check (depth between 0 and 10),
  constraint web_traversal_nodes_link_known check (link_type in ('start', 'internal', 'external')),
  constraint web_traversal_nodes_status_known check (status in ('pending', 'visited', 'skipped', 'error')),
  constraint web_traversal_nodes_visited check ((status = 'pending') = (visited_at is null))
);
call rhizome.isolate('rhizome.web_traversal_nodes');
alter table rhizome.web_traversal_nodes add constraint web_traversal_nodes_traversal_exists
  foreign key (tenant_id, traversal_id) references rhizome.web_traversals (tenant_id, traversal_id) on delete cascade;
grant select, insert, update, delete on rhizome.web_traversal_nodes to rhizome_app;

comment on table rhizome.web_traversal_nodes is 'The URLs that a walk has found, each once, and what became of each.';

create table rhizome.web_extractions (
  tenant_id     uuid        not null default rhizome.current_tenant(),
  extraction_id uuid        not null default gen_random_uuid(),
  page_id       text        not null,
  domain        text        not null,
  extracted_at  timestamptz not null default now(),
  total_ms      integer     not null,
  fetch_ms      integer,
  parse_ms      integer,
  sanitize_ms   integer,
  status_code   smallint,
  content_type  text,
  content_bytes bigint,
  redirects     smallint,
  ssl_verified  boolean,
  malicious     boolean     not null default false,
  sanitized     boolean     not null default false,
  constraint web_extractions_pkey primary key (tenant_id, extraction_id),
  constraint web_extractions_not_negative check (
    total_ms >= 0 and fetch_ms >= 0 and parse_ms >= 0 and sanitize_ms >= 0 and content_bytes >= 0 and redirects >= 0),
  constraint web_extractions_status_code_range check (status_code between 100 and 599)
);
call rhizome.isolate('rhizome.web_extractions');
alter table rhizome.web_extractions add constraint web_extractions_tenant_exists
  foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, update, delete on rhizome.web_extractions to rhizome_app;
create index web_extractions_newest on rhizome.web_extractions (tenant_id, extracted_at);

comment on table rhizome.web_extractions is 'What it took to fetch and read pages, as clients tell.';
