-- Files on their way in: what was sent, how it is to be read, and what came of it. What was sent is kept until it is imported,
-- forgotten, or a day old.

create table import (
    org_id      uuid not null,
    id          uuid not null,                        -- from the form: the same file sent twice is one
    member_id   uuid not null,
    at          timestamptz not null,
    name        text not null check (length(name) <= 200),
    content     bytea check (octet_length(content) <= 8388608),
    choices     jsonb not null,
    done_at     timestamptz,
    objectives  integer check (objectives >= 0),
    key_results integer check (key_results >= 0),
    check_ins   integer check (check_ins >= 0),
    primary key (org_id, id),
    foreign key (org_id, member_id) references member,
    check (num_nonnulls(done_at, objectives, key_results, check_ins) in (0, 4)),
    check (done_at is null or content is null)
);
create index import_waiting on import (at) where done_at is null;

alter table import enable row level security;
alter table import force row level security;
create policy own_organisation on import using (org_id = current_org()) with check (org_id = current_org());
create policy due_work on import using (on_duty() and done_at is null);

-- Which file a check-in came from; none: a person wrote it here.
alter table check_in
    add import_id uuid,
    add foreign key (org_id, import_id) references import;
