-- V005: provenance, a signed chain of entries a tenant, to which is only added.

create table rhizome.provenance_chains (
  tenant_id           uuid        not null default rhizome.current_tenant(),
  sequence            bigint      not null default 0,
  hash                bytea       not null default decode(repeat('00', 32), 'hex'),
  checkpoint_sequence bigint      not null default 0,
  checkpoint_at       timestamptz not null default now(),
  constraint provenance_chains_pkey primary key (tenant_id),
  constraint provenance_chains_hash_is_sha256 check (octet_length(hash) = 32),
  constraint provenance_chains_checkpoint_before_end check (checkpoint_sequence between 0 and sequence)
);
call rhizome.isolate('rhizome.provenance_chains');
alter table rhizome.provenance_chains add constraint provenance_chains_tenant_exists
  foreign key (tenant_id) references rhizome.tenants (tenant_id);
grant select, insert, update, delete on rhizome.provenance_chains to rhizome_app;
-- provenance_due_for_checkpoint runs as the owner, which forced row-level security would otherwise blind.
create policy operator_lists on rhizome.provenance_chains for select to rhizome_owner using (true);

comment on table rhizome.provenance_chains is 'Where each chain ends; locked by its writers.';
comment on column rhizome.provenance_chains.checkpoint_sequence is 'Sequence of the last checkpoint.';

create table rhizome.caws_provenance_graph (
  tenant_id             uuid        not null default rhizome.current_tenant(),
  sequence              bigint      not null,
  entity_type           text        not null,
  entity_id             text        not null,
  parent_type           text,
  parent_id             text,
  constitutional_refs   text[]      not null,
  spec_hash             text,
  evidence_completeness real,
  budget_adherence      real,
  gate_integrity        real,
  provenance_clarity    real,
  about                 text[]      not null,
  relationships         text[]      not null,
  derived_from          text[]      not null,
  erases                bigint[]    not null,
  happened_at           timestamptz,
  payload_hash          bytea,
  recorded_at           timestamptz not null,
  writer                text        not null,
  writer_role           text        not null,
  previous_hash         bytea       not null,
  version               smallint    not null,
  key_id                text        not null,
  hash                  bytea       not null,
  signature             bytea       not null,
  constraint caws_provenance_graph_pkey primary key (tenant_id, sequence),
  constraint caws_provenance_graph_once unique (tenant_id, entity_type, entity_id),
  constraint caws_provenance_graph_no_fork unique (tenant_id, previous_hash),
  constraint caws_provenance_graph_from_one check (sequence >= 1),
  constraint caws_provenance_graph_type_known
    check (entity_type in ('verdict', 'waiver', 'gate', 'spec', 'budget', 'policy', 'erasure')),
  constraint caws_provenance_graph_id_length check (char_length(entity_id) between 1 and 180),
  constraint caws_provenance_graph_parent_whole check ((parent_type is null) = (parent_id is null)),
  constraint caws_provenance_graph_scores_range check (
    evidence_completeness between 0 and 1 and budget_adherence between 0 and 1
    and gate_integrity between 0 and 1 and provenance_clarity between 0 and 1),
  constraint caws_provenance_graph_erases_by_erasure check ((entity_type = 'erasure') = (cardinality(erases) > 0)),
  constraint caws_provenance_graph_lengths check (
    octet_length(previous_hash) = 32 and octet_length(hash) = 32 and octet_length(signature) = 64
    and octet_length(payload_hash) = 32)
);
call rhizome.isolate('rhizome.caws_provenance_graph');
call rhizome.make_append_only('rhizome.caws_provenance_graph');
grant select, insert on rhizome.caws_provenance_graph to rhizome_app;
-- The list of one type, newest first.
create index caws_provenance_graph_of_type on rhizome.caws_provenance_graph (tenant_id, entity_type, sequence desc);

comment on table rhizome.caws_provenance_graph is 'Verdicts, waivers and the like, each chained to the one before and signed.';
comment on column rhizome.caws_provenance_graph.relationships is 'Keys of relationships: source, type and target, a line feed between them.';
comment on column rhizome.caws_provenance_graph.erases is 'Of an erasure: the entries whose payload it removed.';
comment on column rhizome.caws_provenance_graph.payload_hash is 'Salted hash of the payload, null for none; all that the chain knows of it.';
comment on column rhizome.caws_provenance_graph.hash is 'SHA-256 over all columns but this and the signature, see docs/adr/0011.';
comment on column rhizome.caws_provenance_graph.signature is 'Ed25519, by the key key_id, over the hash.';

-- What may be personal lives beside the chain, and can go: without the salt nobody can tell from the hash what it was.
create table rhizome.provenance_payloads (
  tenant_id   uuid   not null default rhizome.current_tenant(),
  sequence    bigint not null,
  salt        bytea  not null,
  subject     text,
  description text,
  metadata    jsonb,
  constraint provenance_payloads_pkey primary key (tenant_id, sequence),
  constraint provenance_payloads_salt_length check (octet_length(salt) = 32)
);
call rhizome.isolate('rhizome.provenance_payloads');
alter table rhizome.provenance_payloads add constraint provenance_payloads_entry_exists
  foreign key (tenant_id, sequence) references rhizome.caws_provenance_graph (tenant_id, sequence) on delete cascade;
grant select, insert, delete on rhizome.provenance_payloads to rhizome_app;
-- Erasure of a subject.
create index provenance_payloads_of_subject on rhizome.provenance_payloads (tenant_id, subject, sequence)
  where subject is not null;

comment on table rhizome.provenance_payloads is 'Payloads of entries, as far as they have not been erased.';

-- What entries name, to be found by equality: containment in the chain's arrays could not use an index under row-level
-- security. No key leads to the chain: a tenant's append-only tables are emptied in any order.
create table rhizome.provenance_mentions (
  tenant_id uuid   not null default rhizome.current_tenant(),
  role      text   not null,
  name      text   not null,
  sequence  bigint not null,
  constraint provenance_mentions_pkey primary key (tenant_id, role, name, sequence),
  constraint provenance_mentions_role_known check (role in ('reference', 'about', 'derived-from', 'relationship'))
);
call rhizome.isolate('rhizome.provenance_mentions');
call rhizome.make_append_only('rhizome.provenance_mentions');
grant select, insert on rhizome.provenance_mentions to rhizome_app;

comment on table rhizome.provenance_mentions is 'Which entries name a reference, an entity or a relationship.';

create table rhizome.provenance_checkpoints (
  tenant_id uuid        not null default rhizome.current_tenant(),
  sequence  bigint      not null,
  hash      bytea       not null,
  signed_at timestamptz not null,
  key_id    text        not null,
  version   smallint    not null,
  signature bytea       not null,
  constraint provenance_checkpoints_pkey primary key (tenant_id, sequence),
  constraint provenance_checkpoints_lengths check (octet_length(hash) = 32 and octet_length(signature) = 64)
);
call rhizome.isolate('rhizome.provenance_checkpoints');
call rhizome.make_append_only('rhizome.provenance_checkpoints');
grant select, insert on rhizome.provenance_checkpoints to rhizome_app;

comment on table rhizome.provenance_checkpoints is 'Signed statements of where a chain was; kept elsewhere, they show that a tail was cut.';
