-- Reminders: a row of what somebody is asked says when to look whether to remind them, and what was done about it.

alter table occurrence
    add column remind_at timestamptz,                  -- when to look next; null: nobody is reminded of it any more
    add column reminded  smallint not null default 0,  -- the steps of the ladder that are behind, as bits (reminder::Step)
    add column mail_id   uuid,                         -- the mail that reminded last, and at which step
    add column mail_step smallint,
    add foreign key (org_id, mail_id) references mail (org_id, id) on delete set null (mail_id),
    add check (remind_at is null or not excused);
create index occurrence_remind on occurrence (remind_at) where remind_at is not null;
create index occurrence_mail on occurrence (org_id, mail_id) where mail_id is not null;
create policy due_work on occurrence for select using (on_duty());

alter table member
    add column reminders text not null default 'all' check (reminders in ('all', 'updates', 'check_ins', 'none'));

-- What is open now is looked at soon.
alter table occurrence no force row level security;
update occurrence set remind_at = opens_at where due_at > now() and not excused;
alter table occurrence force row level security;
