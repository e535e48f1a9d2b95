-- All kinds of mail and of notices there are, in one place.

-- Somebody became the owner or the reviewer of something; somebody read a check-in and said so.
alter table notice drop constraint notice_kind_check;
alter table notice add constraint notice_kind_check check (kind in ('mention', 'reply', 'blocker', 'can_help', 'ask', 'answer',
    'decide', 'decided', 'owner', 'reviewer', 'read'));

alter table mail drop constraint mail_kind_check;
alter table mail add constraint mail_kind_check check (kind in ('invitation', 'reset', 'sign_in', 'refusal', 'notice', 'reminder',
    'digest_daily', 'digest_weekly', 'digest_cycle', 'test'));
