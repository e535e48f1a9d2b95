-- What each person is asked for, date by date: rows made some days ahead from the schedule version and the zone in
-- force, and kept. Once a row has opened its instants stay for good; until then they follow what they depend on.

create table occurrence (
    org_id        uuid not null,
    id            uuid not null,
    member_id     uuid not null,                 -- who is asked
    standup_id    uuid,                          -- for an update …
    schedule_id   uuid,                          -- … by this version of its schedule
    key_result_id uuid,                          -- or for a check-in
    local_date    date not null,
    zone          text not null,                 -- the zone that date is read in
    opens_at      timestamptz not null,
    due_at        timestamptz not null,
    excused       boolean not null default false,  -- a move put its due instant into the past: not expected, not missed
    primary key (org_id, id),
    unique (org_id, standup_id, member_id, local_date),
    unique (org_id, key_result_id, local_date),
    foreign key (org_id, member_id) references member on delete cascade,
    foreign key (org_id, standup_id) references standup on delete cascade,
    foreign key (org_id, schedule_id) references schedule,
    foreign key (org_id, key_result_id) references key_result on delete cascade,
    check (opens_at <= due_at),
    check (num_nonnulls(standup_id, key_result_id) = 1),
    check ((standup_id is null) = (schedule_id is null))
);
create index occurrence_member on occurrence (org_id, member_id, local_date);
create index occurrence_schedule on occurrence (org_id, schedule_id) where schedule_id is not null;

-- How far the rows of a seat and of a key result are made, and the derived instant at which the next one is; null: there
-- is none to come. New ones are due at once.
alter table team_member
    add column occurrences_until   date,
    add column next_occurrences_at timestamptz default '1970-01-01T00:00:00Z';
create index team_member_occurrences_due on team_member (next_occurrences_at) where next_occurrences_at is not null;
alter table key_result
    add column occurrences_until   date,
    add column next_occurrences_at timestamptz default '1970-01-01T00:00:00Z';
create index key_result_occurrences_due on key_result (next_occurrences_at) where next_occurrences_at is not null;

-- Whoever travels has another zone for a while: member.zone is always the one in force.
alter table member
    add column home_zone      text,              -- the zone to come back to; null: not travelling
    add column travel_until   date,              -- the last date on the travel zone's calendar
    add column travel_ends_at timestamptz,       -- derived: the instant that date ends
    add check (num_nonnulls(home_zone, travel_until, travel_ends_at) in (0, 3));
create index member_travel_ends on member (travel_ends_at) where travel_ends_at is not null;

alter table standup add column retired_at timestamptz;
alter table schedule add column anchor date;     -- any date of a week that counts; null: first_date

alter table occurrence enable row level security;
alter table occurrence force row level security;
create policy own_organisation on occurrence using (org_id = current_org()) with check (org_id = current_org());

create policy due_work on team_member for select using (on_duty());
create policy due_work on key_result for select using (on_duty());
