-- The review: since when nobody owns a thing, what was said to what needs a look, and what came up and went again.

-- Since when nobody owns it, where somebody did before; null: since it was made, or somebody does.
alter table objective add column ownerless_since timestamptz;
alter table key_result add column ownerless_since timestamptz;

-- Objectives as attention sees them. What is measured follows from key results of its own or from objectives it counts;
-- one that is not was last measured when its last key result was let go.
create view aim with (security_invoker = true) as
    select o.org_id, o.id, o.cycle_id, o.title, o.team_id, t.slug as team_slug, t.name as team_name, t.private as team_private,
           o.owner_id,
           m.name as owner_name, coalesce(o.ownerless_since, o.created_at) as ownerless_since,
           exists (select from key_result k where k.org_id = o.org_id and k.objective_id = o.id and k.dropped_at is null)
               or (o.count_aligned and exists (
                   select from objective s left join team st on st.org_id = s.org_id and st.id = s.team_id
                    where s.org_id = o.org_id and s.parent_id = o.id and s.dropped_at is null
                      and (st.private is not true or s.team_id is not distinct from o.team_id))) as measured,
           coalesce((select max(k.dropped_at) from key_result k where k.org_id = o.org_id and k.objective_id = o.id), o.created_at)
               as unmeasured_since,
           o.position, o.created_at
      from objective o
      left join team t on t.org_id = o.org_id and t.id = o.team_id
      left join member m on m.org_id = o.org_id and m.id = o.owner_id
     where o.dropped_at is null;

-- Open blockers with the working time their age is counted in: that of whoever can help, or of their author.
create view open_blocker with (security_invoker = true) as
    select b.org_id, b.update_id as update, b.team_id as team, b.member_id as author_id, m.name as author, h.name as unblocker,
           b.body, b.opened_at, w.zone, w.week,
           coalesce((select jsonb_agg(jsonb_build_object('from', p.opened_at, 'until', p.resolved_at)) from blocker_past p
                      where p.org_id = b.org_id and p.blocker_id = b.id), '[]'::jsonb)
               || jsonb_build_object('from', b.opened_at, 'until', null) as stretches,
           coalesce((select jsonb_agg(jsonb_build_array(a.first_date, a.last_date)) from absent a
                      where a.org_id = w.org_id and a.member_id = w.id), '[]'::jsonb) as absence,
           (select count(*) from comment c
             where c.org_id = b.org_id and c.update_id = b.update_id and c.deleted_at is null and c.author_id <> b.member_id) as replies,
           case when b.key_result_id is not null then array[b.key_result_id]
                else array(select distinct i.key_result_id from check_in i where i.org_id = b.org_id and i.update_id = b.update_id) end
               as measured
      from blocker b
      join member m on m.org_id = b.org_id and m.id = b.member_id
      join member w on w.org_id = b.org_id and w.id = coalesce(b.unblocker_id, b.member_id)
      left join member h on h.org_id = b.org_id and h.id = b.unblocker_id
     where b.resolved_at is null;

-- Since which closed day in a row a key result was said to be on track while its pace said otherwise; no row where the
-- newest closed day is well.
create view against_pace with (security_invoker = true) as
    select k.org_id, k.id as key_result, o.cycle_id, run.since
      from key_result k
      join objective o on o.org_id = k.org_id and o.id = k.objective_id
      join key_result_now n on n.org_id = k.org_id and n.key_result_id = k.id and n.confidence = 'on_track'
      join lateral (
          select min(d.day) as since from key_result_day d
           where d.org_id = k.org_id and d.key_result_id = k.id
             and d.day > coalesce((
                 select max(w.day) from key_result_day w
                  where w.org_id = k.org_id and w.key_result_id = k.id
                    and (w.status <> 'on_track' or coalesce(w.pace, '') not in ('at_risk', 'off_track'))), '-infinity')) run
        on run.since is not null;

-- What somebody who looks after others said to something that needs a look: that they have seen it, or not before a date.
-- It holds for the reasons there were, by their marks; a new reason is not answered by it. Nothing here is ever changed but
-- that it may be taken back.
create table attention_answer (
    org_id        uuid not null,
    id            uuid not null,                 -- the form's own key: sent twice it is one
    key_result_id uuid,
    objective_id  uuid,
    update_id     uuid,                          -- a blocker, by the update that tells of it
    subject_id    uuid not null generated always as (coalesce(key_result_id, objective_id, update_id)) stored,
    member_id     uuid not null,
    at            timestamptz not null,
    note          text not null default '' check (length(note) <= 1000),
    until_date    date,                          -- it comes back on this date of that member's calendar; null: it was seen
    until_at      timestamptz,                   -- derived: the instant that date begins
    marks         text[] not null check (cardinality(marks) > 0),
    lifted_at     timestamptz,
    lifted_by     uuid,
    primary key (org_id, id),
    foreign key (org_id, key_result_id) references key_result on delete cascade,
    foreign key (org_id, objective_id) references objective on delete cascade,
    foreign key (org_id, update_id) references "update" on delete cascade,
    foreign key (org_id, member_id) references member,
    foreign key (org_id, lifted_by) references member,
    check (num_nonnulls(key_result_id, objective_id, update_id) = 1),
    check ((until_date is null) = (until_at is null)),
    check ((lifted_at is null) = (lifted_by is null))
);
create index attention_answer_subject on attention_answer (org_id, subject_id, at);

-- What came up and when it went: written when a day of its cycle is closed and when somebody acts on it.
create table attention_raised (
    org_id        uuid not null,
    id            uuid not null,
    cycle_id      uuid not null,
    key_result_id uuid,
    objective_id  uuid,
    update_id     uuid,
    subject_id    uuid not null generated always as (coalesce(key_result_id, objective_id, update_id)) stored,
    mark          text not null,                 -- which reason, and since when
    reason        text not null,                 -- its word
    since         timestamptz not null,
    raised_at     timestamptz not null,          -- when it was first written down
    left_at       timestamptz,                   -- when it was first found gone
    primary key (org_id, id),
    foreign key (org_id, cycle_id) references cycle on delete cascade,
    foreign key (org_id, key_result_id) references key_result on delete cascade,
    foreign key (org_id, objective_id) references objective on delete cascade,
    foreign key (org_id, update_id) references "update" on delete cascade,
    check (num_nonnulls(key_result_id, objective_id, update_id) = 1)
);
create unique index attention_raised_once on attention_raised (org_id, subject_id, mark) where left_at is null;
create index attention_raised_cycle on attention_raised (org_id, cycle_id, raised_at desc, id desc);

-- A choice of what to look at, under a name. Each member's own.
create table saved_view (
    org_id    uuid not null,
    id        uuid not null,
    member_id uuid not null,
    name      text not null check (length(name) between 1 and 60),
    query     text not null check (length(query) <= 500),
    at        timestamptz not null,
    primary key (org_id, id),
    unique (org_id, member_id, name),
    foreign key (org_id, member_id) references member on delete cascade
);

-- Stepping through a cycle: how far each member is, and what they said should happen.
create table review_step (
    org_id        uuid not null,
    member_id     uuid not null,
    cycle_id      uuid not null,
    key_result_id uuid,
    objective_id  uuid,
    subject_id    uuid not null generated always as (coalesce(key_result_id, objective_id)) stored,
    at            timestamptz not null,
    outcome       text not null check (outcome in ('keep_going', 'help', 'change_target', 'let_go')),
    note          text not null default '' check (length(note) <= 5000),
    summary_id    uuid,                          -- the summary it was sent in
    primary key (org_id, member_id, cycle_id, subject_id),
    foreign key (org_id, member_id) references member on delete cascade,
    foreign key (org_id, cycle_id) references cycle on delete cascade,
    foreign key (org_id, key_result_id) references key_result on delete cascade,
    foreign key (org_id, objective_id) references objective on delete cascade,
    check (num_nonnulls(key_result_id, objective_id) = 1)
);

-- What somebody found stepping through, as they sent it.
create table review_summary (
    org_id    uuid not null,
    id        uuid not null,                     -- the form's own key
    cycle_id  uuid not null,
    team_id   uuid,                              -- null: the whole organisation
    member_id uuid not null,
    at        timestamptz not null,
    words     text not null default '' check (length(words) <= 5000),
    lines     jsonb not null,                    -- what stood on it, as it was
    primary key (org_id, id),
    foreign key (org_id, cycle_id) references cycle on delete cascade,
    foreign key (org_id, team_id) references team,
    foreign key (org_id, member_id) references member
);
create index review_summary_cycle on review_summary (org_id, cycle_id, at desc);

do $$
declare
    here constant text := 'org_id = current_org()';
    -- What is said of something is shown to whoever is shown that.
    shown constant text := '((select hidden_teams()) is null
        or (key_result_id is null or exists (select from key_result k where k.org_id = %1$I.org_id and k.id = %1$I.key_result_id))
       and (objective_id is null or exists (select from objective o where o.org_id = %1$I.org_id and o.id = %1$I.objective_id)))';
    t text;
begin
    foreach t in array array['attention_answer', 'attention_raised', 'saved_view', 'review_step', 'review_summary'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy own_organisation on %I using (%s) with check (%s)', t, here, here);
    end loop;
    foreach t in array array['attention_answer', 'attention_raised', 'review_step'] loop
        execute format('alter policy own_organisation on %I using (%s and %s)', t, here, format(shown, t));
    end loop;
    foreach t in array array['attention_answer', 'attention_raised'] loop
        execute format('alter policy own_organisation on %I using (%s and %s and %s)', t, here, format(shown, t), format(
            '((select hidden_teams()) is null or update_id is null
              or exists (select from "update" u where u.org_id = %1$I.org_id and u.id = %1$I.update_id))', t));
    end loop;
    execute format('alter policy own_organisation on review_summary using (%s and (team_id = any ((select hidden_teams())::uuid[])) is not true)', here);
end $$;
