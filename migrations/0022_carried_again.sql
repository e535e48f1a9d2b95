-- A copy may be let go with its objective, and its key result be carried over again: one that was carried can have had more
-- than one copy. That only one of them stands is held by the page, which locks the key result it carries.
drop index key_result_carried;
create index key_result_carried on key_result (org_id, carried_from) where carried_from is not null;
