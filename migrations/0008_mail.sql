-- The outbox: a mail is a row written in the transaction of its cause, sent once by its unique key, and kept as the ledger.

create table mail (
    id          uuid primary key,
    org_id      uuid references organisation on delete cascade,   -- null: account mail (reset)
    member_id   uuid,
    recipient   text not null,
    kind        text not null check (kind in ('invitation', 'reset', 'notice', 'reminder', 'digest_daily', 'digest_weekly')),
    period      text not null,                   -- civil date or the id of the cause: (recipient, kind, period) is sent once
    message_id  text not null unique,            -- deterministic, so that a copy has the same identity
    subject     text not null,
    body_text   text not null,
    body_html   text not null,
    unsubscribe text,                            -- one-click address, where the kind can be stopped
    reason      text not null,                   -- the rule that sent it, in words
    created_at  timestamptz not null,
    expires_at  timestamptz not null,
    state       text not null default 'waiting' check (state in ('waiting', 'sent', 'failed', 'skipped')),
    attempts    smallint not null default 0,
    next_try_at timestamptz,                     -- null once it is sent, failed or skipped
    claimed_by  text,
    claimed_until timestamptz,
    sent_at     timestamptz,
    problem     text,
    foreign key (org_id, member_id) references member (org_id, id) on delete cascade,
    unique nulls not distinct (org_id, recipient, kind, period),
    check (member_id is null or org_id is not null),
    check ((state = 'waiting') = (next_try_at is not null))
);
create index mail_due on mail (next_try_at) where next_try_at is not null;
create index mail_member on mail (org_id, member_id, created_at desc);
