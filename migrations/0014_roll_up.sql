-- Work for the roll-up names what was touched: a key result, an objective, or (neither) the whole cycle.
alter table roll_up_due
    add key_result_id uuid,
    add objective_id  uuid,
    add foreign key (org_id, key_result_id) references key_result on delete cascade,
    add foreign key (org_id, objective_id) references objective on delete cascade,
    add check (key_result_id is null or objective_id is null);

-- What an objective has reached now follows from its key results wherever it is shown; nobody reads it from here,
-- and no version that did was ever released.
drop table objective_now;
