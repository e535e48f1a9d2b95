-- A private team is shown to those who sit in it and to owners. The wall that keeps organisations apart keeps it as well: a
-- request says once which teams are hidden from whoever asks (app.hidden_teams, set by db::OrgTx::hide), and from there on
-- they are in no table. Nobody has to think of it, and nobody can forget to. Duties, which act for all, hide nothing.
create function hidden_teams() returns uuid[] language sql stable parallel safe as
    $$ select nullif(current_setting('app.hidden_teams', true), '')::uuid[] $$;

-- What is of a team by itself, and what holds words or figures of it. Terms, seats' schedules and what the roll-up makes of the log
-- are reached through these and nothing else. Where nothing is hidden, a null array compares to nothing.
do $$
declare
    here constant text := 'org_id = current_org()';
    rule record;
begin
    for rule in
        select * from (values
            ('team',        '(id = any ((select hidden_teams())::uuid[])) is not true'),
            ('team_member', '(team_id = any ((select hidden_teams())::uuid[])) is not true'),
            ('invitation',  '(team_id = any ((select hidden_teams())::uuid[])) is not true'),
            ('standup',     '(team_id = any ((select hidden_teams())::uuid[])) is not true'),
            ('update',      '(team_id = any ((select hidden_teams())::uuid[])) is not true'),
            ('blocker',     '(team_id = any ((select hidden_teams())::uuid[])) is not true'),
            ('mood_shown',  '(team_id = any ((select hidden_teams())::uuid[])) is not true'),
            ('cycle',       '(team_id = any ((select hidden_teams())::uuid[])) is not true'),
            ('objective',   '(team_id = any ((select hidden_teams())::uuid[])) is not true'),
            ('searchable',  'words @@ (select current_search()) and (team_id = any ((select hidden_teams())::uuid[])) is not true'),
            ('answer',           '((select hidden_teams()) is null or exists (
                                      select from "update" u where u.org_id = answer.org_id and u.id = answer.update_id))'),
            ('update_version',   '((select hidden_teams()) is null or exists (
                                      select from "update" u where u.org_id = update_version.org_id and u.id = update_version.update_id))'),
            ('plan_line',        '((select hidden_teams()) is null or exists (
                                      select from "update" u where u.org_id = plan_line.org_id and u.id = plan_line.update_id))'),
            ('question',         '((select hidden_teams()) is null or exists (
                                      select from standup s where s.org_id = question.org_id and s.id = question.standup_id))'),
            ('blocker_past',     '((select hidden_teams()) is null or exists (
                                      select from blocker b where b.org_id = blocker_past.org_id and b.id = blocker_past.blocker_id))'),
            ('objective_grade',  '((select hidden_teams()) is null or exists (
                                      select from objective o where o.org_id = objective_grade.org_id and o.id = objective_grade.objective_id))'),
            ('key_result_grade', '((select hidden_teams()) is null or exists (
                                      select from key_result k where k.org_id = key_result_grade.org_id and k.id = key_result_grade.key_result_id))'),
            ('acknowledgement',  '((select hidden_teams()) is null or exists (
                                      select from check_in i where i.org_id = acknowledgement.org_id and i.id = acknowledgement.check_in_id))'),
            ('cycle_reopening',  '((select hidden_teams()) is null or exists (
                                      select from cycle c where c.org_id = cycle_reopening.org_id and c.id = cycle_reopening.cycle_id))'),
            ('key_result',  '((select hidden_teams()) is null or exists (
                                 select from objective o where o.org_id = key_result.org_id and o.id = key_result.objective_id))'),
            ('check_in',    '((select hidden_teams()) is null or exists (
                                 select from key_result k where k.org_id = check_in.org_id and k.id = check_in.key_result_id))'),
            ('comment',     '((select hidden_teams()) is null
                              or (comment.update_id is null or exists (select from "update" u where u.org_id = comment.org_id and u.id = comment.update_id))
                              and (comment.check_in_id is null or exists (select from check_in i where i.org_id = comment.org_id and i.id = comment.check_in_id))
                              and (comment.objective_id is null or exists (select from objective o where o.org_id = comment.org_id and o.id = comment.objective_id))
                              and (comment.key_result_id is null or exists (select from key_result k where k.org_id = comment.org_id and k.id = comment.key_result_id)))'),
            ('notice',      '((select hidden_teams()) is null
                              or (notice.update_id is null or exists (select from "update" u where u.org_id = notice.org_id and u.id = notice.update_id))
                              and (notice.check_in_id is null or exists (select from check_in i where i.org_id = notice.org_id and i.id = notice.check_in_id))
                              and (notice.objective_id is null or exists (select from objective o where o.org_id = notice.org_id and o.id = notice.objective_id))
                              and (notice.key_result_id is null or exists (select from key_result k where k.org_id = notice.org_id and k.id = notice.key_result_id)))'),
            ('ask',         '((select hidden_teams()) is null
                              or (ask.update_id is null or exists (select from "update" u where u.org_id = ask.org_id and u.id = ask.update_id))
                              and (ask.check_in_id is null or exists (select from check_in i where i.org_id = ask.org_id and i.id = ask.check_in_id))
                              and (ask.key_result_id is null or exists (select from key_result k where k.org_id = ask.org_id and k.id = ask.key_result_id)))'),
            ('occurrence',  '((select hidden_teams()) is null
                              or exists (select from standup s where s.org_id = occurrence.org_id and s.id = occurrence.standup_id)
                              or exists (select from key_result k where k.org_id = occurrence.org_id and k.id = occurrence.key_result_id))')
        ) as it (name, shown)
    loop
        execute format('alter policy own_organisation on %I using (%s and %s) with check (%s)', rule.name, here, rule.shown, here);
    end loop;
end $$;

-- The tree holds over all of it, whoever moves something: a circle may not close behind what they can't see.
create or replace function objective_stays_a_tree() returns trigger language plpgsql as $$
declare
    above integer;
    below integer;
    hidden text := coalesce(current_setting('app.hidden_teams', true), '');
begin
    if new.parent_id is null then
        return new;
    end if;
    perform set_config('app.hidden_teams', '', true);
    perform pg_advisory_xact_lock(hashtextextended('objective tree ' || new.org_id::text, 0));
    with recursive up as (
        select new.parent_id as id, 1 as depth
        union all
        select o.parent_id, up.depth + 1
          from objective o join up on o.org_id = new.org_id and o.id = up.id
         where o.parent_id is not null and up.depth < 20
    )
    select max(depth) into above from up;
    if exists (
        with recursive up as (
            select new.parent_id as id, 1 as depth
            union all
            select o.parent_id, up.depth + 1
              from objective o join up on o.org_id = new.org_id and o.id = up.id
             where o.parent_id is not null and up.depth < 20
        )
        select from up where id = new.id
    ) then
        raise exception 'objective % would serve itself', new.id
            using errcode = 'check_violation', constraint = 'objective_no_loop';
    end if;
    with recursive down as (
        select new.id as id, 1 as depth
        union all
        select o.id, down.depth + 1
          from objective o join down on o.org_id = new.org_id and o.parent_id = down.id
         where down.depth < 20
    )
    select max(depth) into below from down;
    if above + below > 8 then
        raise exception 'objectives may be 8 deep'
            using errcode = 'check_violation', constraint = 'objective_depth';
    end if;
    perform set_config('app.hidden_teams', hidden, true);
    return new;
end $$;
