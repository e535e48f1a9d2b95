-- What the background task computes from the log. Everything here can be thrown away and rebuilt to the last digit
-- (`meridian rollup --rebuild`).

create table key_result_now (
    org_id        uuid not null,
    key_result_id uuid not null,
    check_in_id   uuid,
    value         numeric,
    progress      numeric,                       -- raw, unclamped
    confidence    text check (confidence in ('on_track', 'at_risk', 'off_track')),
    checked_in_at timestamptz,
    due_date      date,                          -- the owner's local date the next check-in is due
    stale_at      timestamptz,                   -- from here on the word is stale
    primary key (org_id, key_result_id),
    foreign key (org_id, key_result_id) references key_result on delete cascade
);

create table objective_now (
    org_id       uuid not null,
    objective_id uuid not null,
    progress     numeric,
    counted      integer not null,
    missing      integer not null,
    primary key (org_id, objective_id),
    foreign key (org_id, objective_id) references objective on delete cascade
);

-- One row per key result and local day of its cycle, as it stood when that day ended.
create table key_result_day (
    org_id        uuid not null,
    key_result_id uuid not null,
    day           date not null,
    check_in_id   uuid,
    value         numeric,
    raw           numeric,
    progress      numeric,
    expected      numeric,
    pace          text,
    confidence    text,
    status        text not null,
    primary key (org_id, key_result_id, day),
    foreign key (org_id, key_result_id) references key_result on delete cascade
);

create table objective_day (
    org_id       uuid not null,
    objective_id uuid not null,
    day          date not null,
    progress     numeric,
    expected     numeric,
    pace         text,
    counted      integer not null,
    missing      integer not null,
    primary key (org_id, objective_id, day),
    foreign key (org_id, objective_id) references objective on delete cascade
);

-- Work for the roll-up, written in the transaction of its cause.
create table roll_up_due (
    org_id   uuid not null,
    id       uuid not null,
    cycle_id uuid not null,
    since    timestamptz not null,               -- what happened from this instant on must be looked at again
    primary key (org_id, id),
    foreign key (org_id, cycle_id) references cycle on delete cascade
);
create index roll_up_due_cycle on roll_up_due (org_id, cycle_id);

-- Each duty of the background task: when it last ran, where, for how long and what it did.
create table duty (
    name        text primary key,
    node        text not null,
    started_at  timestamptz not null,
    finished_at timestamptz,
    took_ms     bigint,
    did         bigint,
    problem     text
);
