-- Conversation: replies and small words under check-ins, objectives and key results too; who is named in a reply; what each
-- member is told of all this, in the app and by mail; and more about what stops people.

-- A private team is read by those who sit in it and by owners. Whoever asks who may read something of a team asks here;
-- what belongs to no team is everybody's.
alter table team add column private boolean not null default false;
create function may_read_team(org uuid, wanted uuid, reader uuid) returns boolean language sql stable parallel safe as
    $$ select wanted is null
           or exists (select from team t where t.org_id = org and t.id = wanted and not t.private)
           or exists (select from team_member s where s.org_id = org and s.team_id = wanted and s.member_id = reader)
           or exists (select from member m where m.org_id = org and m.id = reader and m.role = 'owner') $$;

alter table comment drop constraint comment_check;
alter table comment
    add column check_in_id uuid,
    add foreign key (org_id, check_in_id) references check_in on delete cascade,
    add constraint comment_subject check (num_nonnulls(update_id, check_in_id, objective_id, key_result_id) = 1);
create index comment_check_in on comment (org_id, check_in_id, at) where check_in_id is not null;

-- A reply to a check-in is found as one to its key result is.
create or replace view searchable_text with (security_invoker = true) as
    select u.org_id, u.id, 'update' as kind, u.team_id, u.member_id, u.posted_at as at, '' as title, its.body
      from "update" u
      cross join lateral (
          select string_agg(part.body, E'\n\n' order by part.place) as body
            from (select a.body, (q.position, q.id) as place
                    from answer a join question q on q.org_id = a.org_id and q.id = a.question_id
                   where a.org_id = u.org_id and a.update_id = u.id
                  union all
                  select concat_ws(E'\n\n', b.body, nullif(b.note, '')), (32767::smallint, b.id)
                    from blocker b where b.org_id = u.org_id and b.update_id = u.id) part) its
     where its.body is not null
    union all
    select o.org_id, o.id, 'objective', o.team_id, o.owner_id, o.created_at, o.title, o.why from objective o
    union all
    select k.org_id, k.id, 'key_result', o.team_id, k.owner_id, k.created_at, k.title, k.measured_by
      from key_result k join objective o on o.org_id = k.org_id and o.id = k.objective_id
    union all
    select c.org_id, c.id, 'comment', coalesce(u.team_id, o.team_id, ko.team_id), c.author_id, c.at, '', c.body
      from comment c
      left join "update" u on u.org_id = c.org_id and u.id = c.update_id
      left join objective o on o.org_id = c.org_id and o.id = c.objective_id
      left join check_in ci on ci.org_id = c.org_id and ci.id = c.check_in_id
      left join key_result k on k.org_id = c.org_id and k.id = coalesce(c.key_result_id, ci.key_result_id)
      left join objective ko on ko.org_id = k.org_id and ko.id = k.objective_id
     where c.deleted_at is null
    union all
    select i.org_id, i.id, 'check_in', o.team_id, i.member_id, i.at, '', i.note
      from check_in i
      join key_result k on k.org_id = i.org_id and k.id = i.key_result_id
      join objective o on o.org_id = k.org_id and o.id = k.objective_id
     where i.note <> '';

create or replace function team_changed() returns trigger language plpgsql as $$
begin
    update searchable s set team_id = new.team_id
      from (select k.id from key_result k where k.org_id = new.org_id and k.objective_id = new.id
            union all
            select i.id from check_in i join key_result k on k.org_id = i.org_id and k.id = i.key_result_id
             where k.org_id = new.org_id and k.objective_id = new.id
            union all
            select c.id from comment c where c.org_id = new.org_id and c.objective_id = new.id
            union all
            select c.id from comment c
              left join check_in i on i.org_id = c.org_id and i.id = c.check_in_id
              join key_result k on k.org_id = c.org_id and k.id = coalesce(c.key_result_id, i.key_result_id)
             where k.org_id = new.org_id and k.objective_id = new.id) below
     where s.org_id = new.org_id and s.id = below.id;
    return null;
end $$;

-- Whom a reply names. Found when it is written, among those who may read it then.
create table mention (
    org_id     uuid not null,
    comment_id uuid not null,
    member_id  uuid not null,
    primary key (org_id, comment_id, member_id),
    foreign key (org_id, comment_id) references comment on delete cascade,
    foreign key (org_id, member_id) references member on delete cascade
);

alter table reaction drop constraint reaction_pkey;
alter table reaction alter column update_id drop not null;
alter table reaction
    add column check_in_id   uuid,
    add column objective_id  uuid,
    add column key_result_id uuid,
    add column subject_id    uuid not null generated always as (coalesce(update_id, check_in_id, objective_id, key_result_id)) stored,
    add primary key (org_id, subject_id, member_id, kind),
    add foreign key (org_id, check_in_id) references check_in on delete cascade,
    add foreign key (org_id, objective_id) references objective on delete cascade,
    add foreign key (org_id, key_result_id) references key_result on delete cascade,
    add constraint reaction_subject check (num_nonnulls(update_id, check_in_id, objective_id, key_result_id) = 1);

-- More about a blocker. Cleared and back again, it keeps the stretch it was in the way before.
alter table blocker
    add column kind          text not null default 'other' check (kind in ('decision', 'work', 'access', 'outside', 'other')),
    add column next_step     text not null default '' check (length(next_step) <= 500),
    add column key_result_id uuid,
    add foreign key (org_id, key_result_id) references key_result on delete set null (key_result_id);
create index blocker_resolved on blocker (org_id, team_id, resolved_at desc) where resolved_at is not null;

create table blocker_past (
    org_id      uuid not null,
    id          uuid not null,
    blocker_id  uuid not null,
    opened_at   timestamptz not null,
    resolved_at timestamptz not null,
    resolved_by uuid not null,
    note        text not null,
    primary key (org_id, id),
    foreign key (org_id, blocker_id) references blocker on delete cascade,
    foreign key (org_id, resolved_by) references member
);
create index blocker_past_blocker on blocker_past (org_id, blocker_id, opened_at);

-- A question may be about an update or a key result as well as a check-in, and says until when an answer is hoped for: an
-- instant reckoned in the working hours of whoever is asked.
alter table ask alter column check_in_id drop not null;
alter table ask
    add column update_id     uuid,
    add column key_result_id uuid,
    add column ends_at       timestamptz,
    add foreign key (org_id, update_id) references "update" on delete cascade,
    add foreign key (org_id, key_result_id) references key_result on delete cascade,
    add constraint ask_subject check (num_nonnulls(check_in_id, update_id, key_result_id) = 1);
create index ask_update on ask (org_id, update_id) where update_id is not null;
create index ask_key_result on ask (org_id, key_result_id) where key_result_id is not null;

-- Something a member is told: written in the transaction of its cause, once for each cause and whoever caused it.
create table notice (
    org_id        uuid not null,
    id            uuid not null,
    member_id     uuid not null,                 -- whom it tells
    actor_id      uuid not null,                 -- who caused it
    kind          text not null check (kind in ('mention', 'reply', 'blocker', 'can_help', 'ask', 'answer')),
    update_id     uuid,                          -- what it is about
    check_in_id   uuid,
    objective_id  uuid,
    key_result_id uuid,
    comment_id    uuid,                          -- the reply, where it is one
    cause_id      uuid not null,
    at            timestamptz not null,
    read_at       timestamptz,                   -- the member's own mark; nobody else sees it
    told_at       timestamptz,                   -- since when no mail is to tell of it any more
    primary key (org_id, id),
    unique (org_id, member_id, cause_id, actor_id),
    foreign key (org_id, member_id) references member on delete cascade,
    foreign key (org_id, actor_id) references member on delete cascade,
    foreign key (org_id, update_id) references "update" on delete cascade,
    foreign key (org_id, check_in_id) references check_in on delete cascade,
    foreign key (org_id, objective_id) references objective on delete cascade,
    foreign key (org_id, key_result_id) references key_result on delete cascade,
    foreign key (org_id, comment_id) references comment on delete cascade,
    check (num_nonnulls(update_id, check_in_id, objective_id, key_result_id) = 1)
);
create index notice_member on notice (org_id, member_id, at desc, id desc);
create index notice_unread on notice (org_id, member_id) where read_at is null;
create index notice_untold on notice (org_id, member_id, at) where told_at is null;

-- How soon a mail brings them, and derived: the next instant at which it may.
alter table member
    add column notices        text not null default 'quarter' check (notices in ('quarter', 'hour', 'four_hours', 'digest', 'none')),
    add column next_notice_at timestamptz;
create index member_notice_due on member (next_notice_at) where next_notice_at is not null;

do $$
declare
    t text;
begin
    foreach t in array array['mention', 'blocker_past', 'notice'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy own_organisation on %I using (org_id = current_org()) with check (org_id = current_org())', t);
    end loop;
end $$;

-- Account mail about a sign-in is not a notice and goes by a name of its own.
alter table mail drop constraint mail_kind_check;
alter table mail no force row level security;
update mail set kind = 'sign_in' where kind = 'notice';
alter table mail force row level security;
alter table mail add constraint mail_kind_check
    check (kind in ('invitation', 'reset', 'sign_in', 'notice', 'reminder', 'digest_daily', 'digest_weekly'));
