-- Search: rows that are added many at a time, in one transaction that says so (app.search_later), become findable in one
-- statement at its end, instead of each by itself.
do $$
declare
    t text;
begin
    foreach t in array array['objective', 'key_result', 'check_in'] loop
        execute format('drop trigger searchable_added on %I', t);
        execute format($t$create trigger searchable_added after insert on %1$I for each row
            when (coalesce(current_setting('app.search_later', true), '') = '') execute function row_changed(%1$L)$t$, t);
        execute format('create trigger searchable_removed after delete on %1$I for each row execute function row_changed(%1$L)', t);
    end loop;
end $$;

-- What is not findable yet becomes so. Answers how many things that were.
create function search_caught_up(org uuid) returns bigint language plpgsql as $$
declare
    these bigint;
begin
    perform set_config('app.search_later', '', true);
    insert into searchable (org_id, id, kind, team_id, member_id, at, words)
    select t.org_id, t.id, t.kind, t.team_id, t.member_id, t.at, searchable_words(t.org_id, t.title, t.body)
      from searchable_text t
     where t.org_id = org and t.kind in ('objective', 'key_result', 'check_in')
       and not exists (select from searchable s where s.org_id = t.org_id and s.id = t.id)
    on conflict (org_id, id) do nothing;
    get diagnostics these = row_count;
    return these;
end $$;
