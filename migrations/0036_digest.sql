-- Digests: what each of them told, so that what comes late is told once and nothing twice; and the letter at a cycle's end.

-- What was written before this instant is no news to a member; null until their first digest is due.
alter table member
    add column digest_from  timestamptz,
    add column cycle_letter boolean not null default true;  -- whether they want the letter at a cycle's end

create unique index if not exists mail_org_id_id_key on mail (org_id, id);

-- What a digest told. It counts as told while that mail waits or has left; of one that never left it is told again.
create table digest_told (
    org_id      uuid not null references organisation on delete cascade,
    mail_id     uuid not null,
    update_id   uuid,
    check_in_id uuid,                            -- one outside an update
    item_id     uuid not null generated always as (coalesce(update_id, check_in_id)) stored,
    primary key (org_id, mail_id, item_id),
    foreign key (org_id, mail_id) references mail (org_id, id) on delete cascade,
    foreign key (org_id, update_id) references "update" on delete cascade,
    foreign key (org_id, check_in_id) references check_in on delete cascade,
    check (num_nonnulls(update_id, check_in_id) = 1)
);
create index digest_told_update on digest_told (org_id, update_id) where update_id is not null;
create index digest_told_check_in on digest_told (org_id, check_in_id) where check_in_id is not null;
alter table digest_told enable row level security;
alter table digest_told force row level security;
create policy own_organisation on digest_told using (org_id = current_org()) with check (org_id = current_org());

-- Since when a cycle's end has been told to everybody; until then, when the next of them may be told.
alter table cycle
    add column end_told_at timestamptz,
    add column end_next_at timestamptz;
create index cycle_end_untold on cycle (org_id, id) where state in ('grading', 'closed') and end_told_at is null;

-- Those who were told before keep their place, and cycles that are over stay as they are.
alter table member no force row level security;
alter table mail no force row level security;
alter table cycle no force row level security;
update member m set digest_from = (select max(l.created_at) from mail l
                                    where l.org_id = m.org_id and l.member_id = m.id
                                      and l.kind in ('digest_daily', 'digest_weekly') and l.state in ('waiting', 'sent'));
update cycle set end_told_at = created_at where state in ('grading', 'closed');
alter table cycle force row level security;
alter table mail force row level security;
alter table member force row level security;

alter table mail drop constraint mail_kind_check;
alter table mail add constraint mail_kind_check check (kind in ('invitation', 'reset', 'sign_in', 'notice', 'reminder',
    'digest_daily', 'digest_weekly', 'digest_cycle', 'test'));
