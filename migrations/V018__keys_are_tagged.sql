-- V018: what all processes of one database share and no tenant has. API keys end with a tag made with its secret, so that one that
-- nobody issued costs no look-up.

create table rhizome.installation (
  key_secret        bytea   not null,
  has_untagged_keys boolean not null,
  is_only_row       boolean not null default true,
  constraint installation_pkey primary key (is_only_row),
  constraint installation_one_row check (is_only_row),
  constraint installation_secret_length check (octet_length(key_secret) = 32)
);
grant select on rhizome.installation to rhizome_app;

-- Keys that were issued before have no tag. To see whether there are any, the owner has to look past row-level security once.
alter table rhizome.api_keys no force row level security;
insert into rhizome.installation (key_secret, has_untagged_keys)
select sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())),
       exists (select from rhizome.api_keys where revoked_at is null);
alter table rhizome.api_keys force row level security;

comment on table rhizome.installation is 'One row: what all processes share.';
comment on column rhizome.installation.key_secret
  is 'Makes the tags of API keys; who knows it can make look-ups happen, and no valid key.';
comment on column rhizome.installation.has_untagged_keys is 'Whether keys from before there were tags are looked up.';
