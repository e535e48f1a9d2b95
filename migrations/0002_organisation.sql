-- Tenants and their people. From here on every table leads its keys and foreign keys with org_id, and row-level
-- security shows a transaction only the organisation it entered (db::OrgTx sets app.org_id).

create table organisation (
    id         uuid primary key,
    slug       text not null unique check (slug ~ '^[a-z0-9](-?[a-z0-9])*$' and length(slug) <= 40),
    name       text not null check (length(name) between 1 and 80),
    language   text not null default 'en',
    zone       text not null,                    -- IANA name: the default for new cycles
    demo       boolean not null default false,
    created_at timestamptz not null
);

create table member (
    org_id         uuid not null references organisation on delete cascade,
    id             uuid not null,
    account_id     uuid not null references account,
    name           text not null check (length(name) between 1 and 80),
    role           text not null check (role in ('owner', 'admin', 'member', 'observer')),
    zone           text not null,
    week           jsonb not null,               -- calendar::WorkWeek: spans of local time per weekday
    language       text not null default 'en',
    digest         text not null default 'daily' check (digest in ('daily', 'weekly', 'none')),
    digest_time    time not null default '09:00',
    digest_weekday smallint not null default 1 check (digest_weekday between 1 and 7),  -- ISO: Monday is 1
    next_digest_at timestamptz,                  -- derived: the next instant a digest may be composed; null: none
    theme          text not null default 'auto' check (theme in ('auto', 'light', 'dark')),
    shortcuts      boolean not null default true,
    joined_at      timestamptz not null,
    left_at        timestamptz,
    primary key (org_id, id),
    unique (org_id, account_id)
);
create index member_account on member (account_id);
create index member_digest_due on member (next_digest_at) where next_digest_at is not null;

-- Days a member is not expected: whole local dates, both ends included.
create table away (
    org_id     uuid not null,
    id         uuid not null,
    member_id  uuid not null,
    first_date date not null,
    last_date  date not null check (last_date >= first_date),
    note       text not null default '' check (length(note) <= 2000),
    created_at timestamptz not null,
    primary key (org_id, id),
    foreign key (org_id, member_id) references member on delete cascade
);
create index away_member on away (org_id, member_id, last_date);

-- What happened that touches security or cannot be undone. Written once, never changed.
create table audit (
    id         uuid primary key,
    org_id     uuid,
    at         timestamptz not null,
    account_id uuid,
    action     text not null,
    subject    text not null default '',
    ip_prefix  text not null default '',
    request_id text not null default ''
);
create index audit_org on audit (org_id, at);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the audit log is append-only';
end $$;
create trigger audit_append_only before update or delete on audit
    for each row execute function refuse_change();
