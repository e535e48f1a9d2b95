-- What a member has seen of what others wrote, for their own eyes: pages mark what is new to them. It is asked by nobody but
-- them, and forgotten when it is old; what is older counts as seen.
create table seen (
    org_id    uuid not null,
    member_id uuid not null,
    update_id uuid not null,
    at        timestamptz not null,
    primary key (org_id, member_id, update_id),
    foreign key (org_id, member_id) references member on delete cascade,
    foreign key (org_id, update_id) references "update" on delete cascade
);
create index seen_old on seen (org_id, member_id, at);

alter table seen enable row level security;
alter table seen force row level security;
create policy own_organisation on seen using (org_id = current_org()) with check (org_id = current_org());

-- Who is here already has read what was there before anything was noted; a new member begins with the day they come.
alter table member add column seen_from timestamptz default now();
alter table member alter column seen_from drop default;
