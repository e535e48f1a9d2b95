-- A decision that nobody has settled after its window needs a look, and one can ask about a decision.

-- Everybody has answered or had their hours, the rule left it to the proposer, and they have not said.
create view unsettled with (security_invoker = true) as
    select d.org_id, d.id, m.team_id as team, v.question, d.proposer_id, p.name as proposer, p.left_at is null as here,
           d.ended_at as since
      from decision d
      join matter m on m.org_id = d.org_id and m.id = d.id
      join decision_version v on v.org_id = d.org_id and v.decision_id = d.id and v.number = d.version
      join member p on p.org_id = d.org_id and p.id = d.proposer_id
     where d.state = 'closed' and d.outcome_id is null;
create index decision_unsettled on decision (org_id) where state = 'closed' and outcome_id is null;

alter table attention_answer drop constraint attention_answer_check;
alter table attention_answer drop column subject_id;
alter table attention_answer
    add column decision_id uuid,
    add foreign key (org_id, decision_id) references decision on delete cascade,
    add constraint attention_answer_about check (num_nonnulls(key_result_id, objective_id, update_id, decision_id) = 1);
alter table attention_answer
    add column subject_id uuid not null generated always as (coalesce(key_result_id, objective_id, update_id, decision_id)) stored;
create index attention_answer_subject on attention_answer (org_id, subject_id, at);

alter table attention_raised drop constraint attention_raised_check;
alter table attention_raised drop column subject_id;
alter table attention_raised
    add column decision_id uuid,
    add foreign key (org_id, decision_id) references decision on delete cascade,
    add constraint attention_raised_about check (num_nonnulls(key_result_id, objective_id, update_id, decision_id) = 1);
alter table attention_raised
    add column subject_id uuid not null generated always as (coalesce(key_result_id, objective_id, update_id, decision_id)) stored;
create unique index attention_raised_once on attention_raised (org_id, subject_id, mark) where left_at is null;

alter table ask drop constraint ask_subject;
alter table ask
    add column decision_id uuid,
    add foreign key (org_id, decision_id) references decision on delete cascade,
    add constraint ask_subject check (num_nonnulls(check_in_id, update_id, key_result_id, decision_id) = 1);
create index ask_decision on ask (org_id, decision_id) where decision_id is not null;

-- What is said of something is shown to whoever is shown that (see 0030).
do $$
declare
    t text;
begin
    foreach t in array array['attention_answer', 'attention_raised'] loop
        execute format('alter policy own_organisation on %1$I using (org_id = current_org() and ((select hidden_teams()) is null
            or (%1$I.key_result_id is null or exists (select from key_result k where k.org_id = %1$I.org_id and k.id = %1$I.key_result_id))
            and (%1$I.objective_id is null or exists (select from objective o where o.org_id = %1$I.org_id and o.id = %1$I.objective_id))
            and (%1$I.update_id is null or exists (select from "update" u where u.org_id = %1$I.org_id and u.id = %1$I.update_id))
            and (%1$I.decision_id is null or exists (select from decision d where d.org_id = %1$I.org_id and d.id = %1$I.decision_id))))', t);
    end loop;
end $$;
alter policy own_organisation on ask using (org_id = current_org() and ((select hidden_teams()) is null
    or (ask.update_id is null or exists (select from "update" u where u.org_id = ask.org_id and u.id = ask.update_id))
    and (ask.check_in_id is null or exists (select from check_in i where i.org_id = ask.org_id and i.id = ask.check_in_id))
    and (ask.key_result_id is null or exists (select from key_result k where k.org_id = ask.org_id and k.id = ask.key_result_id))
    and (ask.decision_id is null or exists (select from decision d where d.org_id = ask.org_id and d.id = ask.decision_id))));
