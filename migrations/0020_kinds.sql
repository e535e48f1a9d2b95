-- Every kind of key result: bands that are kept and milestones beside numbers and yes-or-no; paces that go by checkpoints;
-- numbers that are money or stretches of time.

-- What the number is: `unit` says of what (number), is the sign (percent) or the ISO code (money), or is empty (duration,
-- kept in seconds).
alter table key_result
    add quantity text not null default 'number' check (quantity in ('number', 'percent', 'money', 'duration'));
update key_result set quantity = 'percent' where unit = '%';
alter table key_result
    add constraint key_result_unit check (case quantity
        when 'percent' then unit = '%'
        when 'money' then unit ~ '^[A-Z]{3}$'
        when 'duration' then unit = ''
        else true end);

-- Milestones, in order: [{"id": uuid, "name": text, "weight": 1..5, "due": date or null}, …], each id once.
create function steps_hold(steps jsonb) returns boolean language sql immutable as $$
    select count(distinct step ->> 'id') = count(*) and coalesce(bool_and(
            step ->> 'id' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
            and length(step ->> 'name') between 1 and 200
            and step ->> 'weight' ~ '^[1-5]$'
            and coalesce(step ->> 'due' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', true)), true)
      from jsonb_array_elements(steps) step
$$;

-- Checkpoints, in order: [{"on": date, "value": number as text}, …], one after the other.
create function checkpoints_hold(checkpoints jsonb) returns boolean language sql immutable as $$
    select coalesce(bool_and(
            one ->> 'on' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
            and one ->> 'value' ~ '^-?[0-9]+([.][0-9]+)?$'
            and (one ->> 'on' > before or before is null)), true)
      from (select one, lag(one ->> 'on') over (order by place) as before
              from jsonb_array_elements(checkpoints) with ordinality as row (one, place)) rows
$$;

-- Whether a milestone has a date.
create function some_step_is_dated(steps jsonb) returns boolean language sql immutable as $$
    select coalesce(bool_or(step ->> 'due' is not null), false) from jsonb_array_elements(steps) step
$$;

alter table key_result_terms
    add low         numeric,                              -- keep within: at least …
    add high        numeric,                              -- … at most, or both
    add steps       jsonb not null default '[]',
    add checkpoints jsonb not null default '[]',
    drop constraint key_result_terms_kind_check,
    drop constraint key_result_terms_pace_check,
    add constraint key_result_terms_kind_check check (kind in ('increase', 'decrease', 'keep_within', 'milestones', 'yes_no')),
    add constraint key_result_terms_pace_check check (pace in ('linear', 'checkpoints', 'none')),
    add constraint key_result_terms_whole check (kind in ('increase', 'decrease') or (baseline = 0 and target = 1)),
    add constraint key_result_terms_band check ((kind = 'keep_within') = (num_nonnulls(low, high) > 0) and (low <= high) is not false),
    add constraint key_result_terms_steps check (
        case when kind = 'milestones' then jsonb_array_length(steps) between 1 and 50 else steps = '[]' end and steps_hold(steps)),
    add constraint key_result_terms_checkpoints check (
        case when pace = 'checkpoints' and kind in ('increase', 'decrease') then jsonb_array_length(checkpoints) between 1 and 50
             else checkpoints = '[]' end
        and checkpoints_hold(checkpoints)
        and (pace <> 'checkpoints' or kind in ('increase', 'decrease') or (kind = 'milestones' and some_step_is_dated(steps))));

-- The terms as one value, as they travel; amounts as text, so that no digit is lost.
create function terms_as_one(kind text, baseline numeric, target numeric, weight smallint, pace text, low numeric, high numeric,
    steps jsonb, checkpoints jsonb) returns jsonb language sql immutable as $$
    select jsonb_build_object('kind', kind, 'baseline', baseline::text, 'target', target::text, 'weight', weight, 'pace', pace,
        'low', low::text, 'high', high::text, 'steps', steps, 'checkpoints', checkpoints)
$$;
alter table key_result_terms
    add terms jsonb not null
        generated always as (terms_as_one(kind, baseline, target, weight, pace, low, high, steps, checkpoints)) stored;

-- The milestones that were done when this was said; its value is their number.
alter table check_in
    add done uuid[] not null default '{}',
    add constraint check_in_done check (cardinality(done) = 0 or cardinality(done) = value);

-- How often a band was kept: due check-ins within it, of those that have data.
alter table key_result_now
    add kept_inside   integer,
    add kept_measured integer,
    add check ((kept_inside is null) = (kept_measured is null));
