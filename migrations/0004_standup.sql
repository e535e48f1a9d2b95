-- A team's recurring questions, the versions of its schedule, and what people wrote.

create table standup (
    org_id     uuid not null,
    id         uuid not null,
    team_id    uuid not null,
    name       text not null check (length(name) between 1 and 80),
    created_at timestamptz not null,
    primary key (org_id, id),
    foreign key (org_id, team_id) references team on delete cascade
);
create index standup_team on standup (org_id, team_id);

-- One version of a standup's schedule: in force for local dates first_date..last_date, both included.
-- A change closes the old version; the past keeps the rule it was lived by.
create table schedule (
    org_id               uuid not null,
    id                   uuid not null,
    standup_id           uuid not null,
    version              integer not null check (version > 0),
    first_date           date not null,
    last_date            date check (last_date >= first_date - 1),
    weekdays             smallint check (weekdays between 1 and 127),       -- bits, Monday is 1
    every_weeks          smallint check (every_weeks between 1 and 12),
    nth                  smallint check (nth between 1 and 5 or nth = -1),  -- monthly: the nth …
    nth_weekday          smallint check (nth_weekday between 1 and 7),      -- … of this ISO weekday
    opens_time           time not null,
    opens_evening_before boolean not null default false,
    due_time             time not null,
    zone                 text,                   -- null: each member's own clock
    created_at           timestamptz not null,
    primary key (org_id, id),
    unique (org_id, standup_id, version),
    foreign key (org_id, standup_id) references standup on delete cascade,
    check ((weekdays is not null and every_weeks is not null and nth is null and nth_weekday is null)
        or (weekdays is null and every_weeks is null and nth is not null and nth_weekday is not null)),
    check (opens_evening_before or opens_time < due_time)
);
create unique index schedule_in_force on schedule (org_id, standup_id) where last_date is null;

create table question (
    org_id     uuid not null,
    id         uuid not null,
    standup_id uuid not null,
    position   smallint not null,
    kind       text not null check (kind in ('text', 'plan', 'blocker')),
    prompt     text not null check (length(prompt) between 1 and 200),
    retired_at timestamptz,
    primary key (org_id, id),
    foreign key (org_id, standup_id) references standup on delete cascade
);
create index question_standup on question (org_id, standup_id, position) where retired_at is null;

create table "update" (
    org_id         uuid not null,
    id             uuid not null,
    standup_id     uuid not null,
    team_id        uuid not null,
    member_id      uuid not null,
    local_date     date not null,                -- the author's day, decided once, at writing
    zone           text not null,                -- the zone that day was read in
    posted_at      timestamptz not null,
    edited_at      timestamptz,
    submission_key uuid not null,                -- from the form: the same form sent twice is one update
    primary key (org_id, id),
    unique (org_id, standup_id, member_id, local_date),
    unique (org_id, submission_key),
    foreign key (org_id, standup_id) references standup,
    foreign key (org_id, team_id) references team,
    foreign key (org_id, member_id) references member
);
create index update_feed on "update" (org_id, team_id, local_date desc, posted_at);
create index update_member on "update" (org_id, member_id, local_date desc);

create table answer (
    org_id      uuid not null,
    update_id   uuid not null,
    question_id uuid not null,
    body        text not null check (length(body) between 1 and 20000),
    primary key (org_id, update_id, question_id),
    foreign key (org_id, update_id) references "update" on delete cascade,
    foreign key (org_id, question_id) references question
);

-- What a member has typed and not yet posted. The form's fields as they were.
create table draft (
    org_id     uuid not null,
    standup_id uuid not null,
    member_id  uuid not null,
    local_date date not null,
    fields     jsonb not null,
    saved_at   timestamptz not null,
    primary key (org_id, standup_id, member_id, local_date),
    foreign key (org_id, standup_id) references standup on delete cascade,
    foreign key (org_id, member_id) references member on delete cascade
);
