-- name: insert_case :run
-- in: id int, public_id text, number text, procedure text, pack_hash text, channel text, language text, step text, step_since int, section text, received_on text, submitted_at int, due_on text, applicant_name text, applicant_kana text, applicant_person int?, reference text, account text, secret_hash text, key_box blob, expected text
insert into office_case (id, public_id, number, procedure, pack_hash, channel, language, step, step_since, taken_at, section, owner,
  received_on, submitted_at, due_on, outcome, closed, applicant_name, applicant_kana, applicant_person, reference, account,
  secret_hash, key_box, expected, version)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, null, $10, null, $11, $12, $13, '', 0, $14, $15, $16, $17, $18, $19, $20, $21, 1);

-- name: case_by_public_id :one
-- in: public_id text
-- out: id int, public_id text, number text, procedure text, pack_hash text, channel text, language text, step text, step_since int, taken_at int?, section text, owner int?, received_on text, submitted_at int, due_on text, outcome text, closed int, applicant_name text, applicant_kana text, applicant_person int?, reference text, version int
select id, public_id, number, procedure, pack_hash, channel, language, step, step_since, taken_at, section, owner, received_on,
  submitted_at, due_on, outcome, closed, applicant_name, applicant_kana, applicant_person, reference, version
from office_case where public_id = $1;

-- name: case_by_number :one
-- in: number text
-- out: public_id text
select public_id from office_case where number = $1;

-- name: case_by_id :one
-- in: id int
-- out: public_id text
select public_id from office_case where id = $1;

-- name: case_secrets :one
-- in: id int
-- out: key_box blob, secret_hash text, account text, expected text
select key_box, secret_hash, account, expected from office_case where id = $1;

-- name: first_in_step :one
-- in: procedure text, step text
-- out: public_id text
select public_id from office_case where procedure = $1 and step = $2 order by id limit 1;

-- name: move_case :run
-- in: id int, version int, step text, step_since int, owner int?, outcome text, closed int
update office_case set step = $3, step_since = $4, taken_at = null, owner = $5, outcome = $6, closed = $7, version = version + 1
where id = $1 and version = $2;

-- name: take_case :run
-- in: id int, version int, owner int?, taken_at int?
update office_case set owner = $3, taken_at = $4, version = version + 1 where id = $1 and version = $2;

-- name: touch_case :run
-- in: id int, version int
update office_case set version = version + 1 where id = $1 and version = $2;

-- name: insert_party :run
-- in: case_id int, role text, person int?, name text, kana text, address text, phone text, mail text, mail_consent int
insert into case_party (case_id, role, person, name, kana, address, phone, mail, mail_consent)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: parties :all
-- in: case_id int
-- out: role text, person int?, name text, kana text, address text, phone text, mail text, mail_consent int
select role, person, name, kana, address, phone, mail, mail_consent from case_party where case_id = $1 order by role;

-- name: put_answer :run
-- in: case_id int, position int, ask text, value text, source text, confirmed_by text, at int
insert into case_answer (case_id, position, ask, value, source, confirmed_by, at) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (case_id, ask) do update set value = excluded.value, source = excluded.source,
  confirmed_by = excluded.confirmed_by, at = excluded.at;

-- name: answers :all
-- in: case_id int
-- out: ask text, value text, source text, confirmed_by text, at int
select ask, value, source, confirmed_by, at from case_answer where case_id = $1 order by position, ask;

-- name: put_fact :run
-- in: case_id int, key text, value text, source text, note text, by text, at int
insert into case_fact (case_id, key, value, source, note, by, at) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (case_id, key) do update set value = excluded.value, source = excluded.source, note = excluded.note,
  by = excluded.by, at = excluded.at;

-- name: facts :all
-- in: case_id int
-- out: key text, value text, source text, note text, by text, at int
select key, value, source, note, by, at from case_fact where case_id = $1 order by key;

-- name: insert_attachment :run
-- in: case_id int, blob text, need text, bytes int, sha256 text, file_name text, media_type text, at int
insert into case_attachment (case_id, blob, need, bytes, sha256, file_name, media_type, at)
values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (case_id, blob) do nothing;

-- name: attachments :all
-- in: case_id int
-- out: blob text, need text, bytes int, sha256 text, file_name text, media_type text
select blob, need, bytes, sha256, file_name, media_type from case_attachment where case_id = $1 order by at, blob;

-- name: insert_note :run
-- in: case_id int, serial int, author text, body text, at int
insert into case_note (case_id, serial, author, body, at) values ($1, $2, $3, $4, $5);

-- name: notes :all
-- in: case_id int
-- out: author text, body text, at int
select author, body, at from case_note where case_id = $1 order by serial;

-- name: insert_correction :run
-- in: id text, case_id int, reasons text, message text, due_on text, asked_by text, asked_at int
insert into case_correction (id, case_id, reasons, message, due_on, asked_by, asked_at, answered_at)
values ($1, $2, $3, $4, $5, $6, $7, null);

-- name: answer_correction :run
-- in: id text, case_id int, answered_at int
update case_correction set answered_at = $3 where id = $1 and case_id = $2 and answered_at is null;

-- name: corrections :all
-- in: case_id int
-- out: id text, reasons text, message text, due_on text, asked_by text, asked_at int, answered_at int?
select id, reasons, message, due_on, asked_by, asked_at, answered_at from case_correction where case_id = $1 order by asked_at, id;

-- name: is_consulted :one
-- in: case_id int, section text
-- out: n int
select count(*) as n from case_consultation where case_id = $1 and section = $2 and answered_at is null;

-- name: insert_consultation :run
-- in: id text, case_id int, section text, question text, asked_by text, asked_at int
insert into case_consultation (id, case_id, section, question, asked_by, asked_at, answer, answered_by, answered_at, objected)
values ($1, $2, $3, $4, $5, $6, '', '', null, 0);

-- name: answer_consultation :run
-- in: id text, answer text, answered_by text, answered_at int, objected int
update case_consultation set answer = $2, answered_by = $3, answered_at = $4, objected = $5
where id = $1 and answered_at is null;

-- name: consultations :all
-- in: case_id int
-- out: id text, section text, question text, asked_by text, asked_at int, answer text, answered_by text, answered_at int?, objected int
select id, section, question, asked_by, asked_at, answer, answered_by, answered_at, objected
from case_consultation where case_id = $1 order by asked_at, id;

-- name: put_draft :run
-- in: case_id int, outcome text, amount_yen int, reason text, departs int, depart_code text, depart_ground text, record text, drafted_by text, drafter int?, drafted_at int
insert into case_draft (case_id, outcome, amount_yen, reason, departs, depart_code, depart_ground, record, drafted_by, drafter, drafted_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (case_id) do update set outcome = excluded.outcome, amount_yen = excluded.amount_yen, reason = excluded.reason,
  departs = excluded.departs, depart_code = excluded.depart_code, depart_ground = excluded.depart_ground,
  record = excluded.record, drafted_by = excluded.drafted_by, drafter = excluded.drafter, drafted_at = excluded.drafted_at;

-- name: draft_of :one
-- in: case_id int
-- out: outcome text, amount_yen int, reason text, departs int, depart_code text, depart_ground text, record text, drafted_by text, drafter int?, drafted_at int
select outcome, amount_yen, reason, departs, depart_code, depart_ground, record, drafted_by, drafter, drafted_at
from case_draft where case_id = $1;

-- The inbox. A filter that is not used is switched off by its flag; the row after which the page begins is (key, id).

-- name: inbox_by_due :all
-- in: section_on int, section text, owner_on int, owner int, unowned int, procedure_on int, procedure text, step_on int, step text, closed int, consulted_on int, consulted text, after_key text, after_id int, limit int
-- out: id int, public_id text, number text, procedure text, pack_hash text, channel text, language text, step text, step_since int, taken_at int?, section text, owner int?, received_on text, submitted_at int, due_on text, outcome text, closed int, applicant_name text, applicant_kana text, applicant_person int?, reference text, version int
select id, public_id, number, procedure, pack_hash, channel, language, step, step_since, taken_at, section, owner, received_on,
  submitted_at, due_on, outcome, closed, applicant_name, applicant_kana, applicant_person, reference, version
from office_case
where closed = $10 and ($1 = 0 or section = $2) and ($3 = 0 or owner = $4) and ($5 = 0 or owner is null)
  and ($6 = 0 or procedure = $7) and ($8 = 0 or step = $9)
  and ($11 = 0 or exists (select 1 from case_consultation c
    where c.case_id = office_case.id and c.section = $12 and c.answered_at is null))
  and (due_on > $13 or (due_on = $13 and id > $14))
order by due_on, id limit $15;

-- name: inbox_by_received :all
-- in: section_on int, section text, owner_on int, owner int, unowned int, procedure_on int, procedure text, step_on int, step text, closed int, consulted_on int, consulted text, after_key text, after_id int, limit int
-- out: id int, public_id text, number text, procedure text, pack_hash text, channel text, language text, step text, step_since int, taken_at int?, section text, owner int?, received_on text, submitted_at int, due_on text, outcome text, closed int, applicant_name text, applicant_kana text, applicant_person int?, reference text, version int
select id, public_id, number, procedure, pack_hash, channel, language, step, step_since, taken_at, section, owner, received_on,
  submitted_at, due_on, outcome, closed, applicant_name, applicant_kana, applicant_person, reference, version
from office_case
where closed = $10 and ($1 = 0 or section = $2) and ($3 = 0 or owner = $4) and ($5 = 0 or owner is null)
  and ($6 = 0 or procedure = $7) and ($8 = 0 or step = $9)
  and ($11 = 0 or exists (select 1 from case_consultation c
    where c.case_id = office_case.id and c.section = $12 and c.answered_at is null))
  and ($13 = '' or received_on < $13 or (received_on = $13 and id < $14))
order by received_on desc, id desc limit $15;

-- name: inbox_by_number :all
-- in: section_on int, section text, owner_on int, owner int, unowned int, procedure_on int, procedure text, step_on int, step text, closed int, consulted_on int, consulted text, after_key text, after_id int, limit int
-- out: id int, public_id text, number text, procedure text, pack_hash text, channel text, language text, step text, step_since int, taken_at int?, section text, owner int?, received_on text, submitted_at int, due_on text, outcome text, closed int, applicant_name text, applicant_kana text, applicant_person int?, reference text, version int
select id, public_id, number, procedure, pack_hash, channel, language, step, step_since, taken_at, section, owner, received_on,
  submitted_at, due_on, outcome, closed, applicant_name, applicant_kana, applicant_person, reference, version
from office_case
where closed = $10 and ($1 = 0 or section = $2) and ($3 = 0 or owner = $4) and ($5 = 0 or owner is null)
  and ($6 = 0 or procedure = $7) and ($8 = 0 or step = $9)
  and ($11 = 0 or exists (select 1 from case_consultation c
    where c.case_id = office_case.id and c.section = $12 and c.answered_at is null))
  and (number > $13 or (number = $13 and id > $14))
order by number, id limit $15;

-- name: count_inbox :one
-- in: section_on int, section text, owner_on int, owner int, unowned int, procedure_on int, procedure text, step_on int, step text, closed int, consulted_on int, consulted text
-- out: n int
select count(*) as n from (
  select id from office_case
  where closed = $10 and ($1 = 0 or section = $2) and ($3 = 0 or owner = $4) and ($5 = 0 or owner is null)
    and ($6 = 0 or procedure = $7) and ($8 = 0 or step = $9)
    and ($11 = 0 or exists (select 1 from case_consultation c
      where c.case_id = office_case.id and c.section = $12 and c.answered_at is null))
  limit 1001) as counted;

-- name: counts_by_step :all
-- in: section_on int, section text
-- out: step text, n int
select step, count(*) as n from office_case where closed = 0 and ($1 = 0 or section = $2) group by step order by step;

-- name: cases_of_person :all
-- in: person int, limit int
-- out: public_id text, number text, procedure text, step text, received_on text, outcome text, closed int
select public_id, number, procedure, step, received_on, outcome, closed from office_case
where applicant_person = $1 order by received_on desc, id desc limit $2;
