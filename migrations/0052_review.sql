-- Reviews without a meeting: a frozen pack of figures, views that nobody sees before all are in, and minutes.
alter table matter drop constraint matter_kind_check;
alter table matter add constraint matter_kind_check check (kind in ('decision', 'review'));

create table review (
    org_id         uuid not null,
    id             uuid not null,
    cycle_id       uuid not null,
    lead_id        uuid not null,               -- who opened it
    state          text not null default 'open' check (state in ('open', 'ready', 'closed', 'withdrawn')),
    opened_at      timestamptz not null,
    ready_at       timestamptz,                 -- since when everybody's views are seen
    ended_at       timestamptz,
    ended_by       uuid,
    summary        text not null default '' check (length(summary) <= 20000),
    submission_key uuid not null,
    primary key (org_id, id),
    unique (org_id, submission_key),
    foreign key (org_id, id) references matter on delete cascade,
    foreign key (org_id, cycle_id) references cycle on delete cascade,
    foreign key (org_id, lead_id) references member,
    foreign key (org_id, ended_by) references member
);
create index review_newest on review (org_id, opened_at desc, id desc);
create index review_cycle on review (org_id, cycle_id);

-- One objective of a review, with its figures as they were when it opened (review::round::Packed).
create table review_item (
    org_id       uuid not null,
    id           uuid not null,
    review_id    uuid not null,
    objective_id uuid not null,
    position     smallint not null,
    prompt       text not null check (length(prompt) <= 500),
    packed       jsonb not null,
    outcome      text check (outcome in ('continue', 'change', 'stop', 'decide')),
    reason       text not null default '' check (length(reason) <= 5000),
    primary key (org_id, id),
    unique (org_id, review_id, objective_id),
    foreign key (org_id, review_id) references review on delete cascade,
    foreign key (org_id, objective_id) references objective on delete cascade
);

-- What one participant says of one objective. Nobody else sees it while the review is open.
create table review_view (
    org_id     uuid not null,
    item_id    uuid not null,
    member_id  uuid not null,
    confidence text check (confidence in ('on_track', 'at_risk', 'off_track')),
    comment    text not null check (length(comment) <= 5000),
    at         timestamptz not null,
    zone       text not null,
    primary key (org_id, item_id, member_id),
    foreign key (org_id, item_id) references review_item on delete cascade,
    foreign key (org_id, member_id) references member on delete cascade
);

-- What a team hides is in no table (see 0030).
do $$
declare
    part constant text := '((select hidden_teams()) is null or exists (select from %I w where w.org_id = %I.org_id and w.id = %I.%I))';
    t record;
begin
    for t in
        select * from (values ('review', 'matter', 'id'), ('review_item', 'review', 'review_id'), ('review_view', 'review_item', 'item_id')) as it (name, whole, key)
    loop
        execute format('alter table %I enable row level security', t.name);
        execute format('alter table %I force row level security', t.name);
        execute format('create policy own_organisation on %I using (org_id = current_org() and %s) with check (org_id = current_org())',
            t.name, format(part, t.whole, t.name, t.name, t.key));
    end loop;
end $$;

alter table notice drop constraint notice_kind_check;
alter table notice drop constraint notice_subject;
alter table notice
    add column review_id uuid,
    add foreign key (org_id, review_id) references review on delete cascade,
    add constraint notice_kind_check check (kind in ('mention', 'reply', 'blocker', 'can_help', 'ask', 'answer', 'decide', 'decided',
                                                     'owner', 'reviewer', 'read', 'review', 'reviewed', 'minutes')),
    add constraint notice_subject check (num_nonnulls(update_id, check_in_id, objective_id, key_result_id, decision_id, review_id) = 1);

alter policy own_organisation on notice using (org_id = current_org() and ((select hidden_teams()) is null
    or (notice.update_id is null or exists (select from "update" u where u.org_id = notice.org_id and u.id = notice.update_id))
    and (notice.check_in_id is null or exists (select from check_in i where i.org_id = notice.org_id and i.id = notice.check_in_id))
    and (notice.objective_id is null or exists (select from objective o where o.org_id = notice.org_id and o.id = notice.objective_id))
    and (notice.key_result_id is null or exists (select from key_result k where k.org_id = notice.org_id and k.id = notice.key_result_id))
    and (notice.decision_id is null or exists (select from decision d where d.org_id = notice.org_id and d.id = notice.decision_id))
    and (notice.review_id is null or exists (select from review r where r.org_id = notice.org_id and r.id = notice.review_id))));
