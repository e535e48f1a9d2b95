-- Replies, reactions and what stops people.

create table comment (
    org_id        uuid not null,
    id            uuid not null,
    update_id     uuid,
    objective_id  uuid,
    key_result_id uuid,
    author_id     uuid not null,
    body          text not null check (length(body) between 1 and 20000),
    at            timestamptz not null,
    zone          text not null,                 -- the author's, so that their own wall clock can be shown
    edited_at     timestamptz,
    deleted_at    timestamptz,
    submission_key uuid not null,
    primary key (org_id, id),
    unique (org_id, submission_key),
    foreign key (org_id, update_id) references "update" on delete cascade,
    foreign key (org_id, objective_id) references objective on delete cascade,
    foreign key (org_id, key_result_id) references key_result on delete cascade,
    foreign key (org_id, author_id) references member,
    check (num_nonnulls(update_id, objective_id, key_result_id) = 1)
);
create index comment_update on comment (org_id, update_id, at) where update_id is not null;
create index comment_objective on comment (org_id, objective_id, at) where objective_id is not null;
create index comment_key_result on comment (org_id, key_result_id, at) where key_result_id is not null;

create table reaction (
    org_id    uuid not null,
    update_id uuid not null,
    member_id uuid not null,
    kind      text not null check (kind in ('noted', 'well_done', 'can_help')),
    at        timestamptz not null,
    primary key (org_id, update_id, member_id, kind),
    foreign key (org_id, update_id) references "update" on delete cascade,
    foreign key (org_id, member_id) references member on delete cascade
);

create table blocker (
    org_id        uuid not null,
    id            uuid not null,
    update_id     uuid not null,
    team_id       uuid not null,
    member_id     uuid not null,
    body          text not null check (length(body) between 1 and 20000),
    unblocker_id  uuid,                          -- who can help; null: anyone on the team
    opened_at     timestamptz not null,
    resolved_at   timestamptz,
    resolved_by   uuid,
    note          text not null default '' check (length(note) <= 2000),
    primary key (org_id, id),
    unique (org_id, update_id),
    foreign key (org_id, update_id) references "update" on delete cascade,
    foreign key (org_id, team_id) references team,
    foreign key (org_id, member_id) references member,
    foreign key (org_id, unblocker_id) references member,
    foreign key (org_id, resolved_by) references member,
    check ((resolved_at is null) = (resolved_by is null))
);
create index blocker_open on blocker (org_id, team_id, opened_at) where resolved_at is null;
