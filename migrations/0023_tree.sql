-- The tree whole: objectives that serve a key result, their order, what somebody has folded; and the reviewer of an
-- objective, who reads check-ins and asks about them.

-- Whoever serves a key result serves its objective too, and says so in parent_id. So every way up the tree runs through
-- parent_id, and the one guard of 0005 against loops and depth holds for key results as well.
-- The key result comes before its objective, so that this index serves as well as the primary key where one is looked up.
alter table key_result add unique (org_id, id, objective_id);
alter table objective
    add column parent_key_result_id uuid,        -- the key result this one serves, of the objective it serves
    add column position     integer not null default 0,   -- among those that serve the same
    add column reviewer_id  uuid,
    add check (parent_key_result_id is null or parent_id is not null),
    add foreign key (org_id, parent_id, parent_key_result_id) references key_result (org_id, objective_id, id),
    add foreign key (org_id, reviewer_id) references member;
create index objective_reviewer on objective (org_id, reviewer_id) where reviewer_id is not null;
create index objective_parent_key_result on objective (org_id, parent_key_result_id) where parent_key_result_id is not null;

create table folded (
    org_id       uuid not null,
    member_id    uuid not null,
    objective_id uuid not null,
    primary key (org_id, member_id, objective_id),
    foreign key (org_id, member_id) references member on delete cascade,
    foreign key (org_id, objective_id) references objective on delete cascade
);

create table acknowledgement (
    org_id      uuid not null,
    check_in_id uuid not null,
    member_id   uuid not null,
    at          timestamptz not null,
    note        text not null default '' check (length(note) <= 2000),
    primary key (org_id, check_in_id, member_id),
    foreign key (org_id, check_in_id) references check_in on delete cascade,
    foreign key (org_id, member_id) references member
);

create table ask (
    org_id      uuid not null,
    id          uuid not null,
    check_in_id uuid not null,
    asker_id    uuid not null,
    asked_id    uuid not null,
    question    text not null check (length(question) between 1 and 2000),
    asked_at    timestamptz not null,
    answer      text check (length(answer) between 1 and 5000),
    answered_at timestamptz,
    primary key (org_id, id),
    foreign key (org_id, check_in_id) references check_in on delete cascade,
    foreign key (org_id, asker_id) references member,
    foreign key (org_id, asked_id) references member,
    check (asker_id <> asked_id),
    check ((answer is null) = (answered_at is null))
);
create index ask_check_in on ask (org_id, check_in_id);
create index ask_waiting on ask (org_id, asked_id, asked_at) where answered_at is null;
create index ask_answered on ask (org_id, asker_id) where answered_at is not null;

do $$
declare
    t text;
begin
    foreach t in array array['folded', 'acknowledgement', 'ask'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy own_organisation on %I using (org_id = current_org()) with check (org_id = current_org())', t);
    end loop;
end $$;
