-- Channels: a team's daily digest in a chat, by the same outbox as mail.

create table channel (
    org_id       uuid not null references organisation on delete cascade,
    id           uuid not null,
    team_id      uuid not null,
    service      text not null check (service in ('slack', 'mattermost', 'teams', 'discord', 'matrix')),
    name         text not null check (name <> ''),
    address      text not null,                  -- the secret address, sealed (config::Keys) for this row; empty once it is removed
    shown        text not null,                  -- what may be shown of it: its host and its last four characters
    language     text not null,
    zone         text not null,                  -- on whose clock …
    weekdays     smallint not null check (weekdays between 1 and 127),  -- … on which days (Monday is 1) …
    hour         time not null,                  -- … it is posted
    shows_private boolean not null default false,  -- a lead agreed that whoever reads the channel reads what the team writes, though it is private
    told_from    timestamptz not null,           -- what was written before is no news to it
    created_at   timestamptz not null,
    paused_at    timestamptz,
    removed_at   timestamptz,
    next_at      timestamptz,                    -- when its next digest is due; none while it is paused, or once it is removed
    primary key (org_id, id),
    foreign key (org_id, team_id) references team on delete cascade,
    check ((removed_at is not null) = (address = '')),
    check (next_at is null or paused_at is null and removed_at is null)
);
create index channel_due on channel (next_at) where next_at is not null;
create index channel_team on channel (org_id, team_id);
alter table channel enable row level security;
alter table channel force row level security;
create policy own_organisation on channel
    using (org_id = current_org() and (team_id = any ((select hidden_teams())::uuid[])) is not true)
    with check (org_id = current_org() and (team_id = any ((select hidden_teams())::uuid[])) is not true);
create policy due_work on channel for select using (on_duty());

-- What is posted stands in the outbox: to an address or to a channel, never both.
alter table mail
    alter column recipient drop not null,
    add column channel_id uuid,
    add foreign key (org_id, channel_id) references channel on delete cascade,
    add check (num_nonnulls(recipient, channel_id) = 1),
    add check (channel_id is null or org_id is not null and member_id is null),
    drop constraint mail_org_id_recipient_kind_period_key,
    add unique nulls not distinct (org_id, recipient, channel_id, kind, period);
create index mail_channel on mail (org_id, channel_id, created_at desc) where channel_id is not null;

alter table mail drop constraint mail_kind_check;
alter table mail add constraint mail_kind_check check (kind in ('invitation', 'reset', 'sign_in', 'refusal', 'notice', 'reminder',
    'digest_daily', 'digest_weekly', 'digest_cycle', 'channel_daily', 'test'));

-- Whether something refused may be tried again: its words are kept, and no later digest has told its channel the same.
create function may_go_again(m mail) returns boolean language sql stable parallel safe as
    $$ select m.body_text <> '' and (m.channel_id is null
              or exists (select from channel c where c.org_id = m.org_id and c.id = m.channel_id and c.removed_at is null)
                 and not exists (select from mail l where l.org_id = m.org_id and l.channel_id = m.channel_id
                                                      and l.created_at > m.created_at and l.state in ('waiting', 'sent'))) $$;
