-- Hours: when a member wants to be left in peace, and what the clockwork tells about each duty.

alter table member
    add column peak        jsonb not null default '{}',      -- calendar::WeekHours: no message arrives in them; may be empty
    add column quiet_from  time not null default '22:00',    -- every day; others see it where hours are drawn
    add column quiet_until time not null default '07:00',
    add check (quiet_from <> quiet_until);

alter table duty
    add column well_at  timestamptz,                         -- when it last ended well
    add column busy_at  timestamptz,                         -- when it last found something to do, and how many things
    add column busy_did bigint,
    add column failures bigint not null default 0;           -- how often it failed, ever

update duty set well_at = finished_at where problem is null;

-- What is left of a mail's words once it has left or never will: a link that works once is no longer kept in clear.
create function kept_words(kind text, words text) returns text language sql immutable parallel safe as
    $$ select case when kind in ('invitation', 'reset') then '' else words end $$;

alter table mail no force row level security;
update mail set body_text = kept_words(kind, body_text), body_html = kept_words(kind, body_html) where state <> 'waiting';
alter table mail force row level security;
