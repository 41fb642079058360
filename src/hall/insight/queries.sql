-- Statements of the mayor's page. A filter that is not used is switched off by its flag.

-- name: cursor :one
-- out: sequence int, reading int, pack text, at int
select sequence, reading, pack, at from insight_cursor where id = 1;

-- name: put_cursor :run
-- in: sequence int, reading int, pack text, at int
insert into insight_cursor (id, sequence, reading, pack, at) values (1, $1, $2, $3, $4)
on conflict (id) do update set sequence = excluded.sequence, reading = excluded.reading, pack = excluded.pack, at = excluded.at;

-- name: forget_cases :run
delete from insight_case;

-- name: forget_intervals :run
delete from insight_interval;

-- name: forget_stamps :run
delete from insight_stamp;

-- name: insert_case :run
-- in: case_id text, number text, procedure text, pack text, channel text, section text, submitted_at int, submitted_on text
insert into insight_case (case_id, number, procedure, pack, channel, section, submitted_at, submitted_on, decided_at,
  decided_on, outcome, departed, asked, returned, closed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, null, '', '', 0, 0, 0, null) on conflict (case_id) do nothing;

-- name: section_of_case :one
-- in: case_id text
-- out: section text
select section from insight_case where case_id = $1;

-- name: decide_case :run
-- in: case_id text, decided_at int, decided_on text, outcome text
update insight_case set decided_at = $2, decided_on = $3, outcome = $4 where case_id = $1;

-- name: depart_case :run
-- in: case_id text, departed int
update insight_case set departed = $2 where case_id = $1;

-- name: count_asked :run
-- in: case_id text
update insight_case set asked = asked + 1 where case_id = $1;

-- name: count_returned :run
-- in: case_id text
update insight_case set returned = returned + 1 where case_id = $1;

-- name: close_case :run
-- in: case_id text, closed_at int
update insight_case set closed_at = $2 where case_id = $1;

-- name: open_interval :one
-- in: case_id text
-- out: place int, step text, offered_at int, taken_at int?
select place, step, offered_at, taken_at from insight_interval
where case_id = $1 and ended_at is null order by place desc limit 1;

-- name: put_interval :run
-- in: case_id text, place int, step text, offered_at int, taken_at int?, ended_at int?, verb text, to_step text, reason text, waiting_minutes int, working_minutes int
insert into insight_interval (case_id, place, step, offered_at, taken_at, ended_at, verb, to_step, reason, waiting_minutes, working_minutes)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (case_id, place) do update set step = excluded.step, offered_at = excluded.offered_at, taken_at = excluded.taken_at,
  ended_at = excluded.ended_at, verb = excluded.verb, to_step = excluded.to_step, reason = excluded.reason,
  waiting_minutes = excluded.waiting_minutes, working_minutes = excluded.working_minutes;

-- name: put_stamp :run
-- in: sequence int, case_id text, kind text, rank text, waiting_since int, stamped_at int, minutes int
insert into insight_stamp (sequence, case_id, kind, rank, waiting_since, stamped_at, minutes)
values ($1, $2, $3, $4, $5, $6, $7) on conflict (sequence) do nothing;

-- name: cases_between :all
-- in: from_day text, until_day text, procedure_on int, procedure text, section_on int, section text
-- out: case_id text, number text, procedure text, pack text, channel text, submitted_at int, submitted_on text, decided_at int?, decided_on text, outcome text, departed int, asked int, returned int
select case_id, number, procedure, pack, channel, submitted_at, submitted_on, decided_at, decided_on, outcome, departed, asked, returned
from insight_case
where submitted_on >= $1 and submitted_on <= $2 and ($3 = 0 or procedure = $4) and ($5 = 0 or section = $6)
order by submitted_on, case_id;

-- name: intervals_between :all
-- in: from_day text, until_day text, procedure_on int, procedure text, section_on int, section text
-- out: case_id text, number text, place int, step text, offered_at int, taken_at int?, ended_at int?, verb text, to_step text, reason text, waiting_minutes int, working_minutes int
select i.case_id, c.number, i.place, i.step, i.offered_at, i.taken_at, i.ended_at, i.verb, i.to_step, i.reason, i.waiting_minutes, i.working_minutes
from insight_interval i join insight_case c on c.case_id = i.case_id
where c.submitted_on >= $1 and c.submitted_on <= $2 and ($3 = 0 or c.procedure = $4) and ($5 = 0 or c.section = $6)
order by c.submitted_on, i.case_id, i.place;

-- name: stamps_between :all
-- in: from_day text, until_day text, procedure_on int, procedure text, section_on int, section text
-- out: rank text, minutes int
select s.rank, s.minutes
from insight_stamp s join insight_case c on c.case_id = s.case_id
where c.submitted_on >= $1 and c.submitted_on <= $2 and ($3 = 0 or c.procedure = $4) and ($5 = 0 or c.section = $6)
order by s.sequence;

-- The cases behind a figure, newest first.
-- name: cases_behind :all
-- in: from_day text, until_day text, procedure_on int, procedure text, section_on int, section text, channel_on int, channel text, decided int, asked int, returned int, by_rule int, pack_on int, pack text, month_on int, month text, decided_month_on int, decided_month text, step_on int, step text, verb_on int, verb text, to_on int, to_step text, reason_on int, reason text, rank_on int, rank text, after_on int, after_day text, after_id text, limit int
-- out: case_id text, number text, procedure text, channel text, submitted_on text, decided_on text, outcome text, asked int, returned int
select c.case_id, c.number, c.procedure, c.channel, c.submitted_on, c.decided_on, c.outcome, c.asked, c.returned
from insight_case c
where c.submitted_on >= $1 and c.submitted_on <= $2 and ($3 = 0 or c.procedure = $4) and ($5 = 0 or c.section = $6)
  and ($7 = 0 or c.channel = $8) and ($9 = 0 or c.decided_on <> '') and ($10 = 0 or c.asked > 0)
  and ($11 = 0 or c.returned > 0) and ($12 = 0 or c.departed = 0) and ($13 = 0 or c.pack = $14)
  and ($15 = 0 or substr(c.submitted_on, 1, 7) = $16) and ($17 = 0 or substr(c.decided_on, 1, 7) = $18)
  and ($19 = 0 or exists (select 1 from insight_interval i where i.case_id = c.case_id and i.step = $20
    and ($21 = 0 or i.verb = $22) and ($23 = 0 or i.to_step = $24) and ($25 = 0 or i.reason = $26)))
  and ($27 = 0 or exists (select 1 from insight_stamp s where s.case_id = c.case_id and s.rank = $28))
  and ($29 = 0 or c.submitted_on < $30 or (c.submitted_on = $30 and c.case_id < $31))
order by c.submitted_on desc, c.case_id desc limit $32;
