-- Holidays of an organisation, and who stands in for whom. Absent is who is away or has a public holiday.

-- A calendar of public holidays: copied from one that is shipped, or imported.
create table holiday_calendar (
    org_id     uuid not null references organisation on delete cascade,
    id         uuid not null,
    name       text not null check (length(name) between 1 and 80),
    shipped    text,                             -- its code among those shipped; null: imported
    created_at timestamptz not null,
    primary key (org_id, id),
    unique (org_id, name),
    unique (org_id, shipped)
);

create table holiday (
    org_id      uuid not null,
    calendar_id uuid not null,
    day         date not null,
    name        text not null check (length(name) between 1 and 200),
    primary key (org_id, calendar_id, day),
    foreign key (org_id, calendar_id) references holiday_calendar on delete cascade
);

alter table member add holiday_calendar_id uuid;
alter table member add foreign key (org_id, holiday_calendar_id) references holiday_calendar
    on delete set null (holiday_calendar_id);
create index member_holiday_calendar on member (org_id, holiday_calendar_id) where holiday_calendar_id is not null;

alter table cycle add holiday_calendar_id uuid;
alter table cycle add foreign key (org_id, holiday_calendar_id) references holiday_calendar
    on delete set null (holiday_calendar_id);
create index cycle_holiday_calendar on cycle (org_id, holiday_calendar_id) where holiday_calendar_id is not null;

-- Who gets asks and blockers meanwhile.
alter table away add stand_in_id uuid check (stand_in_id <> member_id);
alter table away add foreign key (org_id, stand_in_id) references member on delete set null (stand_in_id);
create index away_stand_in on away (org_id, stand_in_id, last_date) where stand_in_id is not null;

do $$
declare
    t text;
begin
    foreach t in array array['holiday_calendar', 'holiday'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy own_organisation on %I using (org_id = current_org()) with check (org_id = current_org())', t);
    end loop;
end $$;

-- The local dates on which a member is not expected, both ends included. Whoever asks when somebody works asks here.
create view absent with (security_invoker = true) as
    select org_id, member_id, first_date, last_date from away
    union all
    select m.org_id, m.id, h.day, h.day
      from member m join holiday h on h.org_id = m.org_id and h.calendar_id = m.holiday_calendar_id;

-- A cycle's holidays as pairs of dates (calendar::Absence), as far after its end as grading looks for working days.
create function holidays_of_cycle(org uuid, calendar uuid, first_day date, last_day date) returns jsonb
    language sql stable parallel safe as
    $$ select coalesce(jsonb_agg(jsonb_build_array(h.day, h.day) order by h.day), '[]'::jsonb)
         from holiday h
        where h.org_id = org and h.calendar_id = calendar and h.day between first_day and last_day + 366 $$;
create index blocker_waiting on blocker (org_id, unblocker_id, opened_at) where resolved_at is null;
