-- V017: what pg_dump would leave out because of row-level security, it does not leave out unseen.
--
-- Without options pg_dump asks for all rows or an error, and gets the error unless its role sees past row-level security. With
-- --enable-row-security it asks for what the policies let through, which for the owner is the list of tenants and nothing of
-- theirs: a dump that looks like one, and is found to be empty when it is needed.
create function rhizome.refuse_filtered_dump() returns boolean
  language plpgsql stable parallel safe
  as $$
begin
  if current_setting('application_name') = 'pg_dump' then
    raise exception 'row-level security would leave rows out of this dump'
      using errcode = '42501', hint = 'Dump as rhizome_backup, and without --enable-row-security; see docs/backup.md.';
  end if;
  return true;
end
$$;
comment on function rhizome.refuse_filtered_dump() is 'An error for pg_dump; asked where row-level security holds for the owner.';

create policy no_filtered_dump on rhizome.tenants as restrictive for select to rhizome_owner
  using (rhizome.refuse_filtered_dump());
