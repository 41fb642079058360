-- name: insert_sheet :run
-- in: id int, subject_kind text, subject_id text, title text, procedure text, section text, rule text, drafter int, drafter_actor text, proposed_at int, return_steps text, parties text, depart_level int, brief text
insert into approval_sheet (id, subject_kind, subject_id, title, procedure, section, rule, drafter, drafter_actor, proposed_at, state,
  return_steps, parties, depart_level, brief, version)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', $11, $12, $13, $14, 1);

-- name: insert_line :run
-- in: sheet int, position int, kind text, state text, rank text, level int, section text, title text, holder int?, senketsu int, waiting_since int?
insert into approval_line (sheet, position, kind, state, rank, level, section, title, holder, acted, acted_for, daiketsu, senketsu,
  waiting_since, acted_at, reviewed_at, comment)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, null, null, 0, $10, $11, null, null, '');

-- name: sheet_of :one
-- in: subject_kind text, subject_id text
-- out: id int
select id from approval_sheet where subject_kind = $1 and subject_id = $2 order by id desc limit 1;

-- name: sheet_by_id :one
-- in: id int
-- out: id int, subject_kind text, subject_id text, title text, procedure text, section text, rule text, drafter int, drafter_actor text, proposed_at int, state text, return_steps text, parties text, depart_level int, brief text, version int
select id, subject_kind, subject_id, title, procedure, section, rule, drafter, drafter_actor, proposed_at, state, return_steps,
  parties, depart_level, brief, version
from approval_sheet where id = $1;

-- name: lines_of :all
-- in: sheet int
-- out: position int, kind text, state text, rank text, level int, section text, title text, holder int?, acted int?, acted_for int?, daiketsu int, senketsu int, waiting_since int?, acted_at int?, reviewed_at int?, comment text
select position, kind, state, rank, level, section, title, holder, acted, acted_for, daiketsu, senketsu, waiting_since, acted_at,
  reviewed_at, comment
from approval_line where sheet = $1 order by position;

-- name: close_sheet :run
-- in: id int, version int, state text
update approval_sheet set state = $3, version = version + 1 where id = $1 and version = $2 and state = 'open';

-- name: touch_sheet :run
-- in: id int, version int
update approval_sheet set version = version + 1 where id = $1 and version = $2;

-- name: stamp_line :run
-- in: sheet int, position int, state text, acted int, acted_for int?, daiketsu int, acted_at int, comment text
update approval_line set state = $3, acted = $4, acted_for = $5, daiketsu = $6, acted_at = $7, comment = $8
where sheet = $1 and position = $2 and state = 'waiting';

-- name: wake_line :run
-- in: sheet int, position int, holder int?, waiting_since int
update approval_line set state = 'waiting', holder = $3, waiting_since = $4 where sheet = $1 and position = $2 and state = 'later';

-- name: skip_lines :run
-- in: sheet int
update approval_line set state = 'skipped' where sheet = $1 and state in ('later', 'waiting');

-- name: mark_reviewed :run
-- in: sheet int, position int, reviewed_at int
update approval_line set reviewed_at = $3 where sheet = $1 and position = $2 and daiketsu = 1 and reviewed_at is null;

-- name: waiting_lines :all
-- in: rank text, section text, limit int
-- out: sheet int, position int
select l.sheet, l.position from approval_line l join approval_sheet s on s.id = l.sheet
where l.state = 'waiting' and s.state = 'open' and l.rank = $1 and (l.section = $2 or l.section = '')
order by l.waiting_since, l.sheet limit $3;

-- name: lines_to_review :all
-- in: holder int, limit int
-- out: sheet int, position int
select sheet, position from approval_line where holder = $1 and daiketsu = 1 and reviewed_at is null and acted_at is not null
order by acted_at limit $2;

-- name: first_open_sheet :one
-- out: id int
select id from approval_sheet where state = 'open' order by id limit 1;
