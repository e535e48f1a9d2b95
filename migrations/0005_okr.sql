-- Cycles, objectives, key results and the log of what was measured.

create table cycle (
    org_id       uuid not null references organisation on delete cascade,
    id           uuid not null,
    name         text not null check (length(name) between 1 and 80),
    first_date   date not null,
    last_date    date not null check (last_date > first_date),
    zone         text not null,
    weekdays     smallint not null default 31 check (weekdays between 1 and 127),  -- bits, Monday is 1
    state        text not null default 'draft' check (state in ('draft', 'active', 'closing', 'grading', 'closed')),
    next_turn_at timestamptz,                    -- derived: when the state changes next; null once closed
    next_day     date,                           -- the first local day without a snapshot; null once the last is written
    next_day_at  timestamptz,                    -- derived: the instant that day ends
    created_at   timestamptz not null,
    primary key (org_id, id),
    unique (org_id, name)
);
create index cycle_turn_due on cycle (next_turn_at) where next_turn_at is not null;
create index cycle_day_due on cycle (next_day_at) where next_day_at is not null;

create table objective (
    org_id         uuid not null,
    id             uuid not null,
    cycle_id       uuid not null,
    team_id        uuid,                         -- null: the whole organisation's
    parent_id      uuid,                         -- the objective this one serves
    title          text not null check (length(title) between 1 and 200),
    why            text not null default '' check (length(why) <= 5000),
    owner_id       uuid,
    ambition       text not null default 'aspirational' check (ambition in ('committed', 'aspirational')),
    weight         smallint not null default 1 check (weight between 1 and 5),
    count_aligned  boolean not null default false,
    created_at     timestamptz not null,
    dropped_at     timestamptz,
    primary key (org_id, id),
    unique (org_id, cycle_id, id),
    foreign key (org_id, cycle_id) references cycle,
    foreign key (org_id, team_id) references team,
    foreign key (org_id, owner_id) references member,
    foreign key (org_id, parent_id) references objective,
    check (parent_id <> id)
);
create index objective_cycle on objective (org_id, cycle_id);
create index objective_parent on objective (org_id, parent_id);

-- The tree cannot loop and is at most 8 deep. The lock makes two simultaneous moves see each other.
create function objective_stays_a_tree() returns trigger language plpgsql as $$
declare
    above integer;
    below integer;
begin
    if new.parent_id is null then
        return new;
    end if;
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
    return new;
end $$;
create trigger objective_tree before insert or update of parent_id on objective
    for each row execute function objective_stays_a_tree();

create table key_result (
    org_id       uuid not null,
    id           uuid not null,
    objective_id uuid not null,
    position     smallint not null default 0,
    title        text not null check (length(title) between 1 and 200),
    owner_id     uuid,
    unit         text not null default '' check (length(unit) <= 20),
    measured_by  text not null default '' check (length(measured_by) <= 1000),
    cadence      text not null default 'weekly' check (cadence in ('weekly', 'fortnightly', 'monthly')),
    due_weekday  smallint not null default 5 check (due_weekday between 1 and 7),   -- ISO: Friday is 5
    created_at   timestamptz not null,
    dropped_at   timestamptz,
    primary key (org_id, id),
    foreign key (org_id, objective_id) references objective,
    foreign key (org_id, owner_id) references member
);
create index key_result_objective on key_result (org_id, objective_id);
create index key_result_owner on key_result (org_id, owner_id);

-- What a key result was measured against, from when: an append-only log, so that each past day keeps the terms it
-- was judged by. The newest entry holds now.
create table key_result_terms (
    org_id        uuid not null,
    id            uuid not null,
    key_result_id uuid not null,
    effective_at  timestamptz not null,
    kind          text not null check (kind in ('increase', 'decrease', 'yes_no')),
    baseline      numeric not null,
    target        numeric not null,
    weight        smallint not null check (weight between 1 and 5),
    pace          text not null default 'linear' check (pace in ('linear', 'none')),
    member_id     uuid,
    reason        text not null default '' check (length(reason) <= 1000),
    primary key (org_id, id),
    foreign key (org_id, key_result_id) references key_result on delete cascade,
    foreign key (org_id, member_id) references member,
    check (baseline <> target),
    check (kind <> 'increase' or target > baseline),
    check (kind <> 'decrease' or target < baseline),
    check (kind <> 'yes_no' or (baseline = 0 and target = 1))
);
create index key_result_terms_log on key_result_terms (org_id, key_result_id, effective_at desc, id desc);

-- Append-only: a correction is a new check-in that names the one it replaces.
create table check_in (
    org_id        uuid not null,
    id            uuid not null,
    key_result_id uuid not null,
    member_id     uuid not null,
    update_id     uuid,
    at            timestamptz not null,
    local_date    date not null,
    zone          text not null,
    value         numeric not null,
    confidence    text not null check (confidence in ('on_track', 'at_risk', 'off_track')),
    note          text not null default '' check (length(note) <= 5000),
    replaces_id   uuid,
    submission_key uuid not null,
    primary key (org_id, id),
    unique (org_id, key_result_id, id),
    unique (org_id, key_result_id, submission_key),
    unique (org_id, replaces_id),
    foreign key (org_id, key_result_id) references key_result,
    foreign key (org_id, member_id) references member,
    foreign key (org_id, update_id) references "update" on delete set null (update_id),
    foreign key (org_id, key_result_id, replaces_id) references check_in (org_id, key_result_id, id)
);
create index check_in_log on check_in (org_id, key_result_id, at desc, id desc);
create index check_in_update on check_in (org_id, update_id) where update_id is not null;
