-- Answers to mails: one that could not be taken in goes back to its writer, as a kind of mail beside those there are.

do $$
declare
    kinds text;
begin
    select pg_get_constraintdef(oid) into strict kinds
      from pg_constraint where conrelid = 'mail'::regclass and conname = 'mail_kind_check';
    alter table mail drop constraint mail_kind_check;
    execute 'alter table mail add constraint mail_kind_check ' || replace(kinds, 'ARRAY[', 'ARRAY[''refusal''::text, ');
end $$;
