create table team (
    org_id     uuid not null references organisation on delete cascade,
    id         uuid not null,
    slug       text not null check (slug ~ '^[a-z0-9](-?[a-z0-9])*$' and length(slug) <= 40),
    name       text not null check (length(name) between 1 and 80),
    zone       text not null,
    created_at timestamptz not null,
    primary key (org_id, id),
    unique (org_id, slug)
);

create table team_member (
    org_id    uuid not null,
    team_id   uuid not null,
    member_id uuid not null,
    lead      boolean not null default false,
    primary key (org_id, team_id, member_id),
    foreign key (org_id, team_id) references team on delete cascade,
    foreign key (org_id, member_id) references member on delete cascade
);
create index team_member_member on team_member (org_id, member_id);

-- A seat kept for an address: named inviter, single use, for a while.
create table invitation (
    org_id      uuid not null,
    id          uuid not null,
    team_id     uuid not null,
    inviter_id  uuid not null,
    email       text not null check (email = lower(email) and email like '%_@_%' and length(email) <= 254),
    note        text not null default '' check (length(note) <= 1000),
    token_hash  bytea not null unique check (length(token_hash) = 32),
    created_at  timestamptz not null,
    expires_at  timestamptz not null,
    accepted_at timestamptz,
    revoked_at  timestamptz,
    primary key (org_id, id),
    foreign key (org_id, team_id) references team on delete cascade,
    foreign key (org_id, inviter_id) references member
);
create index invitation_open on invitation (org_id, team_id) where accepted_at is null and revoked_at is null;
