-- Row-level security, forced so that it holds for the tables' owner too. A transaction sees the organisation it
-- entered (app.org_id, set by db::OrgTx) and nothing else; one that entered none sees no tenant's rows.
-- Duties (app.duty, set by db::DutyTx) may look for what is due across organisations, in the few tables named below;
-- they act in the organisation's own scope.

create function current_org() returns uuid language sql stable parallel safe as
    $$ select nullif(current_setting('app.org_id', true), '')::uuid $$;

create function on_duty() returns boolean language sql stable parallel safe as
    $$ select coalesce(current_setting('app.duty', true), '') = 'on' $$;

do $$
declare
    t text;
begin
    foreach t in array array['member', 'away', 'team', 'team_member', 'invitation', 'standup', 'schedule', 'question',
        'update', 'answer', 'draft', 'cycle', 'objective', 'key_result', 'key_result_terms', 'check_in',
        'key_result_now', 'objective_now', 'key_result_day', 'objective_day', 'roll_up_due', 'comment', 'reaction', 'blocker']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy own_organisation on %I using (org_id = current_org()) with check (org_id = current_org())', t);
    end loop;
    foreach t in array array['mail', 'audit'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy own_organisation on %I using (org_id = current_org()) with check (org_id is null or org_id = current_org())', t);
    end loop;
end $$;

-- Which organisations am I in? Asked at sign-in, before one is entered.
create policy own_memberships on member for select
    using (account_id = nullif(current_setting('app.account_id', true), '')::uuid);

-- An invitation is found by its token before its organisation is known.
create policy by_token on invitation for select
    using (token_hash = decode(nullif(current_setting('app.token_hash', true), ''), 'hex'));

create policy due_work on cycle for select using (on_duty());
create policy due_work on roll_up_due for select using (on_duty());
create policy due_work on member for select using (on_duty());
create policy due_work on mail using (on_duty()) with check (on_duty());
