-- Drafts for days that can't be filled in any more are forgotten by the background task.

create index draft_day on draft (local_date);
create index draft_aside_day on draft_aside (local_date);

create policy due_work on draft using (on_duty());
create policy due_work on draft_aside using (on_duty());
