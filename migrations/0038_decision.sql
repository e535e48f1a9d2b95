-- Decisions, and the windows in which people are asked: each has so many of their own working hours.

-- What people are asked about together. `closes_at` is derived: when the last window ends of those who have not answered;
-- null once it is closed, and while one of them has no end.
create table matter (
    org_id    uuid not null references organisation on delete cascade,
    id        uuid not null,                 -- of the decision it is
    kind      text not null check (kind in ('decision')),
    team_id   uuid,                          -- whose readers read it; null: the whole organisation's
    seconds   bigint not null check (seconds > 0),  -- of each one's working time
    opened_at timestamptz not null,          -- begun again: then
    closes_at timestamptz,
    closed_at timestamptz,
    primary key (org_id, id),
    foreign key (org_id, team_id) references team on delete cascade,
    check (closed_at is null or closes_at is null)
);
create index matter_due on matter (closes_at) where closes_at is not null;
create index matter_team on matter (org_id, team_id) where team_id is not null;

-- One person's window. `lived` are the clocks and weeks it is counted by, `absence` the dates that do not count, `ends_at`
-- follows from them (fair::Window).
create table fair_window (
    org_id      uuid not null,
    matter_id   uuid not null,
    member_id   uuid not null,
    seconds     bigint not null check (seconds > 0),
    lived       jsonb not null,
    absence     jsonb not null,
    ends_at     timestamptz,
    more_at     timestamptz,                 -- when they asked for another day
    answered_at timestamptz,
    primary key (org_id, matter_id, member_id),
    foreign key (org_id, matter_id) references matter on delete cascade,
    foreign key (org_id, member_id) references member on delete cascade
);
create index fair_window_member on fair_window (org_id, member_id);

create table decision (
    org_id       uuid not null,
    id           uuid not null,
    proposer_id  uuid not null,
    silence      text not null check (silence in ('no_view', 'consent')),
    state        text not null default 'open' check (state in ('open', 'closed', 'withdrawn')),
    version      smallint not null default 1,     -- the newest; older ones keep their answers
    proposed_at  timestamptz not null,
    ended_at     timestamptz,                      -- closed or withdrawn
    outcome_id   uuid,                             -- the option; null while the proposer has to say
    settled_by   uuid,                             -- who said so; null: the rule
    settled_at   timestamptz,
    reason       text not null default '' check (length(reason) <= 5000),
    revisit_on   date,                             -- on the proposer's calendar
    submission_key uuid not null,
    primary key (org_id, id),
    unique (org_id, submission_key),
    foreign key (org_id, id) references matter on delete cascade,
    foreign key (org_id, proposer_id) references member,
    foreign key (org_id, settled_by) references member
);
create index decision_newest on decision (org_id, proposed_at desc, id desc);
create index decision_revisit on decision (org_id, proposer_id) where revisit_on is not null;

-- What was asked; each change of it is a new version.
create table decision_version (
    org_id      uuid not null,
    id          uuid not null,
    decision_id uuid not null,
    number      smallint not null check (number > 0),
    question    text not null check (length(question) between 1 and 200),
    context     text not null check (length(context) <= 20000),
    at          timestamptz not null,
    primary key (org_id, id),
    unique (org_id, decision_id, number),
    foreign key (org_id, decision_id) references decision on delete cascade
);

create table decision_option (
    org_id     uuid not null,
    id         uuid not null,
    version_id uuid not null,
    position   smallint not null,
    body       text not null check (length(body) between 1 and 200),
    preferred  boolean not null,             -- the proposer's, of which there is at most one
    primary key (org_id, id),
    unique (org_id, version_id, position),
    foreign key (org_id, version_id) references decision_version on delete cascade
);
create unique index decision_option_preferred on decision_option (org_id, version_id) where preferred;
alter table decision add foreign key (org_id, outcome_id) references decision_option;

-- Every answer somebody gave; the newest to the newest version counts.
create table decision_answer (
    org_id     uuid not null,
    id         uuid not null,
    version_id uuid not null,
    member_id  uuid not null,
    view       text not null check (view in ('option', 'no_view', 'objection')),
    option_id  uuid,
    reason     text not null check (length(reason) <= 5000),
    at         timestamptz not null,
    zone       text not null,
    primary key (org_id, id),
    foreign key (org_id, version_id) references decision_version on delete cascade,
    foreign key (org_id, option_id) references decision_option on delete cascade,
    foreign key (org_id, member_id) references member on delete cascade,
    check ((view = 'option') = (option_id is not null))
);
create index decision_answer_version on decision_answer (org_id, version_id, member_id, at);

-- What it touches.
create table decision_link (
    org_id       uuid not null,
    decision_id  uuid not null,
    objective_id uuid,
    update_id    uuid,
    linked_id    uuid not null generated always as (coalesce(objective_id, update_id)) stored,
    primary key (org_id, decision_id, linked_id),
    foreign key (org_id, decision_id) references decision on delete cascade,
    foreign key (org_id, objective_id) references objective on delete cascade,
    foreign key (org_id, update_id) references "update" on delete cascade,
    check (num_nonnulls(objective_id, update_id) = 1)
);
create index decision_link_objective on decision_link (org_id, objective_id) where objective_id is not null;
create index decision_link_update on decision_link (org_id, update_id) where update_id is not null;

-- What a team hides is in no table (see 0030).
do $$
declare
    hidden constant text := '(team_id = any ((select hidden_teams())::uuid[])) is not true';
    part constant text := '((select hidden_teams()) is null or exists (select from %I w where w.org_id = %I.org_id and w.id = %I.%I))';
    t record;
begin
    for t in
        select * from (values ('matter', null, null), ('fair_window', 'matter', 'matter_id'), ('decision', 'matter', 'id'),
            ('decision_version', 'decision', 'decision_id'), ('decision_option', 'decision_version', 'version_id'),
            ('decision_answer', 'decision_version', 'version_id'), ('decision_link', 'decision', 'decision_id')) as it (name, whole, key)
    loop
        execute format('alter table %I enable row level security', t.name);
        execute format('alter table %I force row level security', t.name);
        execute format('create policy own_organisation on %I using (org_id = current_org() and %s) with check (org_id = current_org())',
            t.name, case when t.whole is null then hidden else format(part, t.whole, t.name, t.name, t.key) end);
    end loop;
end $$;
create policy due_work on matter for select using (on_duty());

-- Replies and small words stand under decisions too, and people are told of them.
alter table comment drop constraint comment_subject;
alter table comment
    add column decision_id uuid,
    add foreign key (org_id, decision_id) references decision on delete cascade,
    add constraint comment_subject check (num_nonnulls(update_id, check_in_id, objective_id, key_result_id, decision_id) = 1);
create index comment_decision on comment (org_id, decision_id, at) where decision_id is not null;

alter table reaction drop constraint reaction_pkey;
alter table reaction drop constraint reaction_subject;
alter table reaction drop column subject_id;
alter table reaction add column decision_id uuid;
alter table reaction
    add column subject_id uuid not null generated always as (coalesce(update_id, check_in_id, objective_id, key_result_id, decision_id)) stored,
    add primary key (org_id, subject_id, member_id, kind),
    add foreign key (org_id, decision_id) references decision on delete cascade,
    add constraint reaction_subject check (num_nonnulls(update_id, check_in_id, objective_id, key_result_id, decision_id) = 1);

alter table notice drop constraint notice_kind_check;
alter table notice drop constraint notice_check;
alter table notice
    add column decision_id uuid,
    add foreign key (org_id, decision_id) references decision on delete cascade,
    add constraint notice_kind_check check (kind in ('mention', 'reply', 'blocker', 'can_help', 'ask', 'answer', 'decide', 'decided')),
    add constraint notice_subject check (num_nonnulls(update_id, check_in_id, objective_id, key_result_id, decision_id) = 1);

do $$
declare
    t text;
begin
    foreach t in array array['comment', 'notice'] loop
        execute format('alter policy own_organisation on %1$I using (org_id = current_org() and ((select hidden_teams()) is null
            or (%1$I.update_id is null or exists (select from "update" u where u.org_id = %1$I.org_id and u.id = %1$I.update_id))
            and (%1$I.check_in_id is null or exists (select from check_in i where i.org_id = %1$I.org_id and i.id = %1$I.check_in_id))
            and (%1$I.objective_id is null or exists (select from objective o where o.org_id = %1$I.org_id and o.id = %1$I.objective_id))
            and (%1$I.key_result_id is null or exists (select from key_result k where k.org_id = %1$I.org_id and k.id = %1$I.key_result_id))
            and (%1$I.decision_id is null or exists (select from decision d where d.org_id = %1$I.org_id and d.id = %1$I.decision_id))))', t);
    end loop;
end $$;

-- A decision is found by its question, its context, its options and the reason of its outcome; replies to it too.
alter table searchable drop constraint searchable_kind_check;
alter table searchable add constraint searchable_kind_check
    check (kind in ('update', 'objective', 'key_result', 'comment', 'check_in', 'decision'));
create or replace view searchable_text with (security_invoker = true) as
    select u.org_id, u.id, 'update' as kind, u.team_id, u.member_id, u.posted_at as at, '' as title, its.body
      from "update" u
      cross join lateral (
          select string_agg(part.body, E'\n\n' order by part.place) as body
            from (select a.body, (q.position, q.id) as place
                    from answer a join question q on q.org_id = a.org_id and q.id = a.question_id
                   where a.org_id = u.org_id and a.update_id = u.id
                  union all
                  select concat_ws(E'\n\n', b.body, nullif(b.note, '')), (32767::smallint, b.id)
                    from blocker b where b.org_id = u.org_id and b.update_id = u.id) part) its
     where its.body is not null
    union all
    select o.org_id, o.id, 'objective', o.team_id, o.owner_id, o.created_at, o.title, o.why from objective o
    union all
    select k.org_id, k.id, 'key_result', o.team_id, k.owner_id, k.created_at, k.title, k.measured_by
      from key_result k join objective o on o.org_id = k.org_id and o.id = k.objective_id
    union all
    select c.org_id, c.id, 'comment', coalesce(u.team_id, o.team_id, ko.team_id, dm.team_id), c.author_id, c.at, '', c.body
      from comment c
      left join "update" u on u.org_id = c.org_id and u.id = c.update_id
      left join objective o on o.org_id = c.org_id and o.id = c.objective_id
      left join check_in ci on ci.org_id = c.org_id and ci.id = c.check_in_id
      left join key_result k on k.org_id = c.org_id and k.id = coalesce(c.key_result_id, ci.key_result_id)
      left join objective ko on ko.org_id = k.org_id and ko.id = k.objective_id
      left join matter dm on dm.org_id = c.org_id and dm.id = c.decision_id
     where c.deleted_at is null
    union all
    select i.org_id, i.id, 'check_in', o.team_id, i.member_id, i.at, '', i.note
      from check_in i
      join key_result k on k.org_id = i.org_id and k.id = i.key_result_id
      join objective o on o.org_id = k.org_id and o.id = k.objective_id
     where i.note <> ''
    union all
    select d.org_id, d.id, 'decision', m.team_id, d.proposer_id, d.proposed_at, v.question,
           concat_ws(E'\n\n', nullif(v.context, ''), its.options, nullif(d.reason, ''))
      from decision d
      join matter m on m.org_id = d.org_id and m.id = d.id
      join decision_version v on v.org_id = d.org_id and v.decision_id = d.id and v.number = d.version
      cross join lateral (select string_agg(p.body, E'\n' order by p.position) as options
                            from decision_option p where p.org_id = v.org_id and p.version_id = v.id) its;

-- Written with its parts: it becomes findable as a whole.
create function decision_part_changed() returns trigger language plpgsql as $$
begin
    perform search_again(v.org_id, v.decision_id, 'decision')
       from decision_version v where v.org_id = new.org_id and v.id = new.version_id;
    return null;
end $$;
create trigger searchable_changed after update of reason, version on decision for each row execute function row_changed('decision');
create trigger searchable_removed after delete on decision for each row execute function row_changed('decision');
create trigger searchable_added after insert on decision_option for each row execute function decision_part_changed();
