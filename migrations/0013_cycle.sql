-- Cycles of several kinds at once: the organisation's, and a team's own beside it; moved on by hand; named by the
-- organisation's fiscal year.

alter table cycle
    add column team_id       uuid,               -- whose own it is; null: the organisation's
    add column state_by_hand text                -- moved on ahead of its dates; null: its dates decide
        check (state_by_hand in ('active', 'closing', 'grading', 'closed')),
    add foreign key (org_id, team_id) references team,
    drop constraint cycle_org_id_name_key,
    add constraint cycle_name unique nulls not distinct (org_id, team_id, name);

alter table organisation
    add column fiscal_month smallint not null default 1 check (fiscal_month between 1 and 12);
