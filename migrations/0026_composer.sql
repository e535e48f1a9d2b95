-- The composer: more kinds of questions, what became of plans, drafts that know of each other, updates that go out later,
-- the earlier texts of an update, and moods that lead to nobody.

alter table question
    drop constraint question_kind_check,
    add constraint question_kind_check check (kind in ('text', 'plan', 'key_results', 'blocker', 'mood', 'choice')),
    add options text[] not null default '{}',    -- what a choice offers, in order
    add constraint question_options check (
        case when kind = 'choice' then cardinality(options) between 2 and 8 else cardinality(options) = 0 end);
create unique index question_once on question (org_id, standup_id, kind)
    where kind in ('key_results', 'mood') and retired_at is null;

-- What became of each line of a plan, as its author said in a later update.
create table plan_line (
    org_id     uuid not null,
    update_id  uuid not null,                    -- which says so
    position   smallint not null check (position between 0 and 99),
    planned_id uuid not null,                    -- in which it was planned
    body       text not null check (length(body) between 1 and 1000),
    fate       text not null check (fate in ('done', 'carried', 'dropped')),
    primary key (org_id, update_id, position),
    foreign key (org_id, update_id) references "update" on delete cascade,
    foreign key (org_id, planned_id) references "update" on delete cascade
);
create index plan_line_planned on plan_line (org_id, planned_id);

-- A draft is written by one open form after another. A form writes over what it was opened with, and never over what
-- another wrote meanwhile: that goes aside, and both are kept until the author chooses.
alter table draft
    add revision integer not null default 1 check (revision > 0),
    add form     uuid,                           -- which wrote it last
    add returned text check (returned in ('away', 'gone', 'taken', 'refused')); -- why a planned update did not go out
create table draft_aside (
    org_id     uuid not null,
    standup_id uuid not null,
    member_id  uuid not null,
    local_date date not null,
    form       uuid not null,
    fields     jsonb not null,
    saved_at   timestamptz not null,
    primary key (org_id, standup_id, member_id, local_date, form),
    foreign key (org_id, standup_id) references standup on delete cascade,
    foreign key (org_id, member_id) references member on delete cascade
);

-- An update that goes out by itself at a time of its author's clock.
create table planned_update (
    org_id         uuid not null,
    standup_id     uuid not null,
    member_id      uuid not null,
    local_date     date not null,                -- the day it will be for
    fields         jsonb not null,
    goes_out_on    date not null,                -- as it was said …
    goes_out_time  time not null,
    zone           text not null,                -- … on this clock
    goes_out_at    timestamptz not null,
    submission_key uuid not null,
    planned_at     timestamptz not null,
    primary key (org_id, standup_id, member_id, local_date),
    foreign key (org_id, standup_id) references standup on delete cascade,
    foreign key (org_id, member_id) references member on delete cascade
);
create index planned_update_due on planned_update (goes_out_at);

-- What an update said before it was changed.
create table update_version (
    org_id      uuid not null,
    update_id   uuid not null,
    version     integer not null check (version > 0),
    written_at  timestamptz not null,
    replaced_at timestamptz not null,
    answers     jsonb not null,                  -- [{"question_id": uuid, "body": text}, …], in the order of the questions
    blocker     text not null default '',
    primary key (org_id, update_id, version),
    foreign key (org_id, update_id) references "update" on delete cascade
);

-- Moods. Who said what is written nowhere. While a week runs, its five counts stand in one row, sealed with a key that
-- is not in the database and sealed anew at each answer; that somebody has answered is a keyed hash. When the week is over
-- everywhere, one word may be shown for it, and the rest is forgotten.
create table mood_week (
    org_id  uuid not null,
    team_id uuid not null,
    week    date not null check (extract(isodow from week) = 1),
    sealed  bytea not null check (length(sealed) = 32),
    primary key (org_id, team_id, week),
    foreign key (org_id, team_id) references team on delete cascade
);
create index mood_week_over on mood_week (week);
create table mood_mark (
    org_id  uuid not null,
    team_id uuid not null,
    week    date not null,
    mark    bytea not null check (length(mark) = 32),
    primary key (org_id, team_id, week, mark),
    foreign key (org_id, team_id) references team on delete cascade
);
create table mood_shown (
    org_id  uuid not null,
    team_id uuid not null,
    week    date not null,
    mood    smallint not null check (mood between 1 and 5),     -- the mean, as a word
    people  integer not null check (people >= 5 and people % 5 = 0), -- at least so many answered
    primary key (org_id, team_id, week),
    foreign key (org_id, team_id) references team on delete cascade
);

do $$
declare
    t text;
begin
    foreach t in array array['plan_line', 'draft_aside', 'planned_update', 'update_version', 'mood_week', 'mood_mark', 'mood_shown']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy own_organisation on %I using (org_id = current_org()) with check (org_id = current_org())', t);
    end loop;
end $$;

create policy due_work on planned_update for select using (on_duty());
create policy due_work on mood_week for select using (on_duty());
