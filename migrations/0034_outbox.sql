-- At the door: what is asked again before a mail leaves, and what becomes of one that may not. And when a member may be
-- reached, read in one place.

-- A member's hours (calendar::Hours): their clock, their week, when they want to be left in peace, when they are away.
create function hours_of(m member) returns jsonb language sql stable parallel safe as
    $$ select jsonb_build_object('zone', m.zone, 'week', m.week, 'peak', m.peak, 'absence',
              coalesce((select jsonb_agg(jsonb_build_array(w.first_date, w.last_date)) from absent w
                         where w.org_id = m.org_id and w.member_id = m.id), '[]'::jsonb)) $$;

alter table mail
    add column teams    uuid[] not null default '{}',  -- whose words it holds: its reader must be able to read them still
    add column dated_at timestamptz,                   -- when it was first handed over: the date in every copy of it
    add column dropped  text check (dropped in ('late', 'left', 'stopped', 'unreadable')),  -- why it never left
    add column returned boolean not null default false,  -- it did not leave, and who wrote it is yet to look at what it told
    add unique (org_id, id);
create index mail_returned on mail (org_id, kind) where returned;
create index mail_received on mail (recipient, sent_at) where sent_at is not null;  -- how much reached somebody lately

alter table mail no force row level security;
update mail set dropped = 'late' where state = 'skipped';
alter table mail force row level security;
alter table mail add check ((state = 'skipped') = (dropped is not null));

-- Which mail told of a notice, so that it is told again when that mail never leaves.
alter table notice add column mail_id uuid,
    add foreign key (org_id, mail_id) references mail (org_id, id) on delete set null (mail_id);
create index notice_mail on notice (org_id, mail_id) where mail_id is not null;
