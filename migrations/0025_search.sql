-- Search: the words of all that people write, in one table with one index.
--
-- Each row's words are those as written, without accents, and as the English, Dutch and French stemmers have them, all at
-- their places in the text: whoever asks in one language finds what was written in another, and phrases hold in all of them.

-- Small letters, also where the database's own locale knows only those of English: accents stand aside meanwhile.
create function lowered(words text) returns text language sql immutable parallel safe as $$
    select normalize(lower(normalize(words, NFD)), NFC)
$$;

create function without_accents(words text) returns text language sql immutable parallel safe as $$
    select regexp_replace(normalize(words, NFD), '[\u0300-\u036f]', '', 'g')
$$;

-- The words of a text; of a very long one the first 40,000 letters, so that no text is ever too long to be stored.
-- Cast to text and back, the same word of several languages becomes one, at all its places.
create function words_of(written text) returns tsvector language plpgsql immutable parallel safe as $$
declare
    small text := lowered(left(written, 40000));
    plain text := without_accents(small);
begin
    return (to_tsvector('pg_catalog.simple', small)::text
        || case when plain <> small then
               ' ' || to_tsvector('pg_catalog.simple', plain)::text || ' ' || to_tsvector('pg_catalog.french', plain)::text
           else '' end
        || ' ' || to_tsvector('pg_catalog.english', small)::text
        || ' ' || to_tsvector('pg_catalog.dutch', small)::text
        || ' ' || to_tsvector('pg_catalog.french', small)::text)::tsvector;
end $$;

-- One thing somebody looks for: a word or words in a row, in any of these ways; or how a word begins. Words in a row are
-- all of them: a way that leaves out a small word ("not held") is none. Null when there is no word in it.
create function term_asked(term text, beginning boolean) returns tsquery language sql immutable parallel safe as $$
    select string_agg('(' || way::text || ')', ' | ')::tsquery
      from (select distinct way
              from (select lowered(term) as small) it,
                   lateral (select '''' || replace(replace(small, '\', '\\'), '''', '''''') || ''':*' as quoted) its,
                   lateral (select to_tsquery('pg_catalog.simple', quoted) as way where beginning
                            union all select to_tsquery('pg_catalog.simple', without_accents(quoted)) where beginning
                            union all select phraseto_tsquery('pg_catalog.simple', small) where not beginning
                            union all select phraseto_tsquery('pg_catalog.simple', without_accents(small)) where not beginning
                            union all select phraseto_tsquery('pg_catalog.english', small) where not beginning
                            union all select phraseto_tsquery('pg_catalog.dutch', small) where not beginning
                            union all select phraseto_tsquery('pg_catalog.french', small) where not beginning
                            union all select phraseto_tsquery('pg_catalog.french', without_accents(small)) where not beginning) ways
             where numnode(way) > 0 and numnode(way) >= numnode(phraseto_tsquery('pg_catalog.simple', small))) known
$$;

-- All that somebody looks for, and what must not be there. A small word of the reader's language ("the") need not be found
-- as long as there is another. Null when nothing is looked for.
create function search_asked(terms text[], beginnings boolean[], without boolean[], language regconfig) returns tsquery
language sql stable parallel safe as $$
    select case when bool_or(not minus) then string_agg(case when minus then '!' else '' end || '(' || asked::text || ')', ' & ') end::tsquery
      from (select *, bool_or(telling and not minus) over () as told
              from (select minus, term_asked(term, beginning) as asked,
                           beginning or numnode(phraseto_tsquery(language, lowered(term))) > 0 as telling
                      from unnest(terms, beginnings, without) as given (term, beginning, minus)) each
             where asked is not null) all_of_them
     where minus or telling or told is not true
$$;

create table searchable (
    org_id    uuid not null references organisation on delete cascade,
    id        uuid not null,                 -- of the update, objective, key result, reply or check-in
    kind      text not null check (kind in ('update', 'objective', 'key_result', 'comment', 'check_in')),
    team_id   uuid,                          -- whose readers find it; null: the whole organisation's
    member_id uuid,                          -- who wrote or owns it
    at        timestamptz not null,
    words     tsvector not null,             -- with the organisation's id among them: see the policy below
    primary key (org_id, id)
);

-- What can be found, from where it is kept.
create view searchable_text with (security_invoker = true) as
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
      left join key_result k on k.org_id = c.org_id and k.id = c.key_result_id
      left join objective ko on ko.org_id = k.org_id and ko.id = k.objective_id
     where c.deleted_at is null
    union all
    select i.org_id, i.id, 'check_in', o.team_id, i.member_id, i.at, '', i.note
      from check_in i
      join key_result k on k.org_id = i.org_id and k.id = i.key_result_id
      join objective o on o.org_id = k.org_id and o.id = k.objective_id
     where i.note <> '';

create function searchable_words(org uuid, title text, body text) returns tsvector language sql immutable parallel safe as $$
    select words_of(title || E'\n' || body) || ('''' || org || '''')::tsvector
$$;

-- One thing as it is now; gone, when there is nothing to find in it any more.
create function search_again(org uuid, which uuid, what text) returns void language plpgsql as $$
begin
    insert into searchable (org_id, id, kind, team_id, member_id, at, words)
    select t.org_id, t.id, t.kind, t.team_id, t.member_id, t.at, searchable_words(t.org_id, t.title, t.body)
      from searchable_text t where t.org_id = org and t.id = which and t.kind = what
    on conflict (org_id, id) do update
       set team_id = excluded.team_id, member_id = excluded.member_id, at = excluded.at, words = excluded.words;
    if not found then
        delete from searchable where org_id = org and id = which;
    end if;
end $$;

-- For a row of a thing: the argument is its kind.
create function row_changed() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        perform search_again(old.org_id, old.id, tg_argv[0]);
    else
        perform search_again(new.org_id, new.id, tg_argv[0]);
    end if;
    return null;
end $$;

-- For the parts of updates: each update once, however many of its answers were written.
create function parts_changed() returns trigger language plpgsql as $$
begin
    perform search_again(org_id, update_id, 'update') from (select distinct org_id, update_id from changed) of_these;
    return null;
end $$;

-- What stands under an objective is found by the readers of its team.
create function team_changed() returns trigger language plpgsql as $$
begin
    update searchable s set team_id = new.team_id
      from (select k.id from key_result k where k.org_id = new.org_id and k.objective_id = new.id
            union all
            select i.id from check_in i join key_result k on k.org_id = i.org_id and k.id = i.key_result_id
             where k.org_id = new.org_id and k.objective_id = new.id
            union all
            select c.id from comment c where c.org_id = new.org_id and c.objective_id = new.id
            union all
            select c.id from comment c join key_result k on k.org_id = c.org_id and k.id = c.key_result_id
             where k.org_id = new.org_id and k.objective_id = new.id) below
     where s.org_id = new.org_id and s.id = below.id;
    return null;
end $$;

-- Team, author and instant of an update never change; its words stand in the tables of its parts.
do $$
declare
    t text;
begin
    foreach t in array array['answer', 'blocker'] loop
        execute format('create trigger searchable_added after insert on %I referencing new table as changed for each statement execute function parts_changed()', t);
        execute format('create trigger searchable_changed after update on %I referencing new table as changed for each statement execute function parts_changed()', t);
        execute format('create trigger searchable_removed after delete on %I referencing old table as changed for each statement execute function parts_changed()', t);
    end loop;
    foreach t in array array['objective', 'key_result', 'comment', 'check_in'] loop
        execute format('create trigger searchable_added after insert or delete on %1$I for each row execute function row_changed(%1$L)', t);
    end loop;
end $$;
create trigger searchable_changed after update of title, why, owner_id, team_id on objective
    for each row execute function row_changed('objective');
create trigger searchable_moved after update of team_id on objective
    for each row when (old.team_id is distinct from new.team_id) execute function team_changed();
create trigger searchable_changed after update of title, measured_by, owner_id on key_result
    for each row execute function row_changed('key_result');
create trigger searchable_changed after update of body, deleted_at on comment
    for each row execute function row_changed('comment');

-- What is there already. Row-level security would hide it from a login that it binds.
do $$
declare
    t text;
    kept text[] := array['update', 'answer', 'question', 'blocker', 'objective', 'key_result', 'comment', 'check_in'];
begin
    foreach t in array kept loop
        execute format('alter table %I no force row level security', t);
    end loop;
    insert into searchable (org_id, id, kind, team_id, member_id, at, words)
    select org_id, id, kind, team_id, member_id, at, searchable_words(org_id, title, body) from searchable_text;
    foreach t in array kept loop
        execute format('alter table %I force row level security', t);
    end loop;
end $$;

create index searchable_words on searchable using gin (words);

-- What is looked for in this transaction (app.search, set by db::OrgTx), in this organisation.
create function current_search() returns tsquery language sql stable parallel safe as $$
    select case when coalesce(current_setting('app.search', true), '') = '' then org else org && current_setting('app.search')::tsquery end
      from (select ('''' || current_org() || '''')::tsquery as org) it
$$;

-- The wall itself holds what is looked for. Asked for behind a wall, words would not be looked up in the index: PostgreSQL
-- lets no function but a leakproof one see a row before the wall has, and the one that matches words is none. While nobody
-- searches, every row of the organisation is there.
alter table searchable enable row level security;
alter table searchable force row level security;
create policy own_organisation on searchable
    using (org_id = current_org() and words @@ (select current_search()))
    with check (org_id = current_org());
