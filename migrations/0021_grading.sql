-- Closing a cycle: what was graded and why, what was learned, what is carried over; opening a closed cycle again.

-- The date it was opened again on: grading runs for ten working days from there.
alter table cycle add column reopened_on date;

create table cycle_reopening (
    org_id    uuid not null,
    id        uuid not null,
    cycle_id  uuid not null,
    member_id uuid not null,
    at        timestamptz not null,
    reason    text not null check (length(reason) between 1 and 1000),
    primary key (org_id, id),
    foreign key (org_id, cycle_id) references cycle on delete cascade,
    foreign key (org_id, member_id) references member
);
create index cycle_reopening_cycle on cycle_reopening (org_id, cycle_id, at);

-- What somebody gave a key result in the end, and what becomes of it.
create table key_result_grade (
    org_id        uuid not null,
    key_result_id uuid not null,
    grade         numeric not null check (grade between 0 and 1 and scale(grade) <= 1),
    note          text not null default '' check (length(note) <= 1000),    -- why it is not the suggested one
    cause         text not null default '' check (length(cause) <= 1000),   -- what held it back
    outlook       text not null check (outlook in ('done', 'carry', 'drop')),
    member_id     uuid not null,
    at            timestamptz not null,
    primary key (org_id, key_result_id),
    foreign key (org_id, key_result_id) references key_result on delete cascade,
    foreign key (org_id, member_id) references member
);

-- The same of an objective, with what was learned. Each may be there without the other.
create table objective_grade (
    org_id       uuid not null,
    objective_id uuid not null,
    grade        numeric check (grade between 0 and 1 and scale(grade) <= 1),
    note         text not null default '' check (length(note) <= 1000),
    learned      text not null default '' check (length(learned) <= 10000),
    member_id    uuid not null,
    at           timestamptz not null,
    primary key (org_id, objective_id),
    foreign key (org_id, objective_id) references objective on delete cascade,
    foreign key (org_id, member_id) references member
);

-- What it goes on from: a copy in a later cycle, made once.
alter table objective
    add column carried_from uuid,
    add foreign key (org_id, carried_from) references objective,
    add check (carried_from <> id);
create unique index objective_carried on objective (org_id, carried_from) where carried_from is not null and dropped_at is null;
alter table key_result
    add column carried_from uuid,
    add foreign key (org_id, carried_from) references key_result,
    add check (carried_from <> id);
create unique index key_result_carried on key_result (org_id, carried_from) where carried_from is not null and dropped_at is null;

do $$
declare
    t text;
begin
    foreach t in array array['cycle_reopening', 'key_result_grade', 'objective_grade'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy own_organisation on %I using (org_id = current_org()) with check (org_id = current_org())', t);
    end loop;
end $$;
