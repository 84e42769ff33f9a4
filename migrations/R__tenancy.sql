-- Functions of V001. Like every file R__…, it runs again when it is changed, after all versioned ones: it replaces what is
-- there, so one whose signature changes is dropped by the version that needs it. Nobody may execute a function that no
-- grant names (V001). Bodies are strings: a parsed body would tie the function to its tables.

-- On the allow-list of functions that see past one tenant: the operator's list of tenants.
create or replace function rhizome.list_tenants(after_slug text, most integer) returns setof rhizome.tenants
  language sql stable security definer
  set search_path = pg_catalog, pg_temp
  as $$
  select *
    from rhizome.tenants
   where slug > after_slug
   order by slug
   limit most
$$;
grant execute on function rhizome.list_tenants(text, integer) to rhizome_app;

comment on function rhizome.list_tenants(text, integer) is 'Tenants of all, by slug; for the operator only.';
