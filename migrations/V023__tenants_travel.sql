-- V023: a tenant can be exported and imported as another one. Its chains stay as they were sealed, and a seal covers a tenant's id.

alter table rhizome.tenants add column chain_origin uuid;
comment on column rhizome.tenants.chain_origin
  is 'The tenant under whose id its chains are sealed, where they were imported; null where that is itself. It never changes.';
-- Without update: under another id no entry of a chain would be valid.
grant insert (chain_origin) on rhizome.tenants to rhizome_app;
