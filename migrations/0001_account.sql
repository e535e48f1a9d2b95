-- People who can sign in. Global: an account may belong to several organisations, so nothing here carries org_id.

create table account (
    id            uuid primary key,
    email         text not null unique check (email = lower(email) and email like '%_@_%' and length(email) <= 254),
    password_hash text,                          -- argon2id, PHC string; null until the invitation is accepted
    created_at    timestamptz not null
);

-- A signed-in browser. Only the sha256 of its token is kept.
create table session (
    token_hash   bytea primary key check (length(token_hash) = 32),
    id           uuid not null unique,
    account_id   uuid not null references account on delete cascade,
    created_at   timestamptz not null,
    last_seen_at timestamptz not null,
    proved_at    timestamptz not null,           -- when the password was last given, for acts that ask for it again
    user_agent   text not null check (length(user_agent) <= 300),
    ip_prefix    text not null
);
create index session_account on session (account_id);

-- A token that went out by mail: single use, one purpose, one subject.
create table mail_token (
    token_hash bytea primary key check (length(token_hash) = 32),
    purpose    text not null check (purpose in ('reset', 'setup')),
    account_id uuid references account on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at    timestamptz,
    check ((purpose = 'setup') = (account_id is null))
);
create index mail_token_account on mail_token (account_id, purpose);

-- Token buckets, in the database since there are several nodes.
create table rate_limit (
    bucket      text primary key,                -- kind and keyed hash of the subject; never an address in the clear
    tokens      double precision not null,
    refilled_at timestamptz not null
);
