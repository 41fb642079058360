-- name: sections_on :all
-- in: day text
-- out: id int, public_id text, code text, name text, parent int?, telephone text, place int, valid_from text, valid_to text?, version int
select id, public_id, code, name, parent, telephone, place, valid_from, valid_to, version from section
where valid_from <= $1 and (valid_to is null or valid_to >= $1) order by place, id;

-- name: sections_all :all
-- out: id int, public_id text, code text, name text, parent int?, telephone text, place int, valid_from text, valid_to text?, version int
select id, public_id, code, name, parent, telephone, place, valid_from, valid_to, version from section order by place, id;

-- name: section_by_id :one
-- in: id int
-- out: id int, public_id text, code text, name text, parent int?, telephone text, place int, valid_from text, valid_to text?, version int
select id, public_id, code, name, parent, telephone, place, valid_from, valid_to, version from section where id = $1;

-- name: section_by_public_id :one
-- in: public_id text
-- out: id int, public_id text, code text, name text, parent int?, telephone text, place int, valid_from text, valid_to text?, version int
select id, public_id, code, name, parent, telephone, place, valid_from, valid_to, version from section where public_id = $1;

-- name: section_by_code :one
-- in: code text, day text
-- out: id int, public_id text, code text, name text, parent int?, telephone text, place int, valid_from text, valid_to text?, version int
select id, public_id, code, name, parent, telephone, place, valid_from, valid_to, version from section
where code = $1 and valid_from <= $2 and (valid_to is null or valid_to >= $2) order by id limit 1;

-- name: section_insert :one
-- in: public_id text, code text, name text, parent int?, telephone text, place int, valid_from text, valid_to text?
-- out: id int
insert into section (public_id, code, name, parent, telephone, place, valid_from, valid_to, version)
values ($1, $2, $3, $4, $5, $6, $7, $8, 1) returning id;

-- name: section_overlaps :one
-- in: code text, valid_from text
-- out: count int
select count(*) as count from section where code = $1 and (valid_to is null or valid_to >= $2);

-- name: section_rename :run
-- in: id int, version int, name text, telephone text
update section set name = $3, telephone = $4, version = version + 1 where id = $1 and version = $2;

-- name: section_end :run
-- in: id int, version int, valid_to text
update section set valid_to = $3, version = version + 1 where id = $1 and version = $2;

-- name: section_in_use_after :one
-- in: id int, day text
-- out: assigned int, below int
select (select count(*) from staff_assignment where section = $1 and (valid_to is null or valid_to > $2)) as assigned,
       (select count(*) from section where parent = $1 and (valid_to is null or valid_to > $2)) as below;

-- name: staff_by_id :one
-- in: id int
-- out: id int, public_id text, number text, name text, kana text, mail text, person int?, valid_from text, valid_to text?, version int
select id, public_id, number, name, kana, mail, person, valid_from, valid_to, version from staff_member where id = $1;

-- name: staff_by_public_id :one
-- in: public_id text
-- out: id int, public_id text, number text, name text, kana text, mail text, person int?, valid_from text, valid_to text?, version int
select id, public_id, number, name, kana, mail, person, valid_from, valid_to, version from staff_member where public_id = $1;

-- name: staff_by_number :one
-- in: number text
-- out: id int, public_id text, number text, name text, kana text, mail text, person int?, valid_from text, valid_to text?, version int
select id, public_id, number, name, kana, mail, person, valid_from, valid_to, version from staff_member where number = $1;

-- name: staff_list :all
-- in: day text, after_number text, rows_max int
-- out: id int, public_id text, number text, name text, kana text, mail text, person int?, valid_from text, valid_to text?, version int
select id, public_id, number, name, kana, mail, person, valid_from, valid_to, version from staff_member
where (valid_to is null or valid_to >= $1) and number > $2 order by number limit $3;

-- name: staff_insert :one
-- in: public_id text, number text, name text, kana text, mail text, valid_from text
-- out: id int
insert into staff_member (public_id, number, name, kana, mail, valid_from, version)
values ($1, $2, $3, $4, $5, $6, 1) returning id;

-- name: staff_correct :run
-- in: id int, version int, name text, kana text, mail text
update staff_member set name = $3, kana = $4, mail = $5, version = version + 1 where id = $1 and version = $2;

-- name: staff_person :run
-- in: id int, person int?
update staff_member set person = $2, version = version + 1 where id = $1;

-- name: staff_leave :run
-- in: id int, version int, valid_to text
update staff_member set valid_to = $3, version = version + 1 where id = $1 and version = $2;

-- name: assignments_of :all
-- in: staff int, day text
-- out: id int, staff int, section int, rank text, title text, roles text, concurrent int, valid_from text, valid_to text?
select id, staff, section, rank, title, roles, concurrent, valid_from, valid_to from staff_assignment
where staff = $1 and valid_from <= $2 and (valid_to is null or valid_to >= $2) order by concurrent, id;

-- name: assignments_ever :all
-- in: staff int
-- out: id int, staff int, section int, rank text, title text, roles text, concurrent int, valid_from text, valid_to text?
select id, staff, section, rank, title, roles, concurrent, valid_from, valid_to from staff_assignment
where staff = $1 order by valid_from desc, concurrent, id desc;

-- name: assignment_by_id :one
-- in: id int
-- out: id int, staff int, section int, rank text, title text, roles text, concurrent int, valid_from text, valid_to text?
select id, staff, section, rank, title, roles, concurrent, valid_from, valid_to from staff_assignment where id = $1;

-- name: assignments_in_section :all
-- in: section int, day text
-- out: id int, staff int, section int, rank text, title text, roles text, concurrent int, valid_from text, valid_to text?
select id, staff, section, rank, title, roles, concurrent, valid_from, valid_to from staff_assignment
where section = $1 and valid_from <= $2 and (valid_to is null or valid_to >= $2) order by id;

-- name: assignments_on :all
-- in: day text
-- out: id int, staff int, section int, rank text, title text, roles text, concurrent int, valid_from text, valid_to text?
select id, staff, section, rank, title, roles, concurrent, valid_from, valid_to from staff_assignment
where valid_from <= $1 and (valid_to is null or valid_to >= $1) order by concurrent, id;

-- name: assignment_insert :one
-- in: staff int, section int, rank text, title text, roles text, concurrent int, valid_from text, valid_to text?
-- out: id int
insert into staff_assignment (staff, section, rank, title, roles, concurrent, valid_from, valid_to)
values ($1, $2, $3, $4, $5, $6, $7, $8) returning id;

-- name: assignment_end :run
-- in: id int, valid_to text
update staff_assignment set valid_to = $2 where id = $1 and (valid_to is null or valid_to > $2);

-- name: assignments_end_all :run
-- in: staff int, valid_to text
update staff_assignment set valid_to = $2 where staff = $1 and (valid_to is null or valid_to > $2);

-- name: holders_in_section :all
-- in: rank text, section int, day text
-- out: id int, public_id text, number text, name text, kana text, mail text, person int?, valid_from text, valid_to text?, version int
select m.id, m.public_id, m.number, m.name, m.kana, m.mail, m.person, m.valid_from, m.valid_to, m.version
from staff_member m
where (m.valid_to is null or m.valid_to >= $3) and m.valid_from <= $3 and exists (
  select 1 from staff_assignment a where a.staff = m.id and a.rank = $1 and a.section = $2 and a.valid_from <= $3
    and (a.valid_to is null or a.valid_to >= $3))
order by m.number;

-- name: holders_anywhere :all
-- in: rank text, day text
-- out: id int, public_id text, number text, name text, kana text, mail text, person int?, valid_from text, valid_to text?, version int
select m.id, m.public_id, m.number, m.name, m.kana, m.mail, m.person, m.valid_from, m.valid_to, m.version
from staff_member m
where (m.valid_to is null or m.valid_to >= $2) and m.valid_from <= $2 and exists (
  select 1 from staff_assignment a where a.staff = m.id and a.rank = $1 and a.valid_from <= $2
    and (a.valid_to is null or a.valid_to >= $2))
order by m.number;

-- name: delegations_of :all
-- in: staff int, day text
-- out: id int, principal int, delegate int, kind text, reason text, valid_from text, valid_to text?
select id, principal, delegate, kind, reason, valid_from, valid_to from staff_delegation
where (principal = $1 or delegate = $1) and valid_from <= $2 and (valid_to is null or valid_to >= $2) order by id;

-- name: delegations_from :all
-- in: staff int, day text
-- out: id int, principal int, delegate int, kind text, reason text, valid_from text, valid_to text?
select id, principal, delegate, kind, reason, valid_from, valid_to from staff_delegation
where (principal = $1 or delegate = $1) and (valid_to is null or valid_to >= $2) order by valid_from, id;

-- name: delegation_by_id :one
-- in: id int
-- out: id int, principal int, delegate int, kind text, reason text, valid_from text, valid_to text?
select id, principal, delegate, kind, reason, valid_from, valid_to from staff_delegation where id = $1;

-- name: delegation_insert :one
-- in: principal int, delegate int, kind text, reason text, valid_from text, valid_to text?
-- out: id int
insert into staff_delegation (principal, delegate, kind, reason, valid_from, valid_to)
values ($1, $2, $3, $4, $5, $6) returning id;

-- name: delegation_end :run
-- in: id int, valid_to text
update staff_delegation set valid_to = $2 where id = $1 and (valid_to is null or valid_to > $2);

-- name: delegations_end_all :run
-- in: staff int, valid_to text
update staff_delegation set valid_to = $2
where (principal = $1 or delegate = $1) and (valid_to is null or valid_to > $2);

-- name: absences_of :all
-- in: staff int, day text
-- out: id int, staff int, reason text, valid_from text, valid_to text
select id, staff, reason, valid_from, valid_to from staff_absence where staff = $1 and valid_to >= $2
order by valid_from, id;

-- name: absent_on :all
-- in: day text
-- out: id int, staff int, reason text, valid_from text, valid_to text
select id, staff, reason, valid_from, valid_to from staff_absence where valid_from <= $1 and valid_to >= $1
order by staff, id;

-- name: absence_by_id :one
-- in: id int
-- out: id int, staff int, reason text, valid_from text, valid_to text
select id, staff, reason, valid_from, valid_to from staff_absence where id = $1;

-- name: absence_insert :one
-- in: staff int, reason text, valid_from text, valid_to text
-- out: id int
insert into staff_absence (staff, reason, valid_from, valid_to) values ($1, $2, $3, $4) returning id;

-- name: absence_delete :run
-- in: id int
delete from staff_absence where id = $1;

-- name: absence_end :run
-- in: id int, valid_to text
update staff_absence set valid_to = $2 where id = $1 and valid_to > $2;

-- name: absences_end_all :run
-- in: staff int, valid_to text
update staff_absence set valid_to = $2 where staff = $1 and valid_to > $2;

-- name: rights_epoch :one
-- out: value int
select value from section_rights_epoch where id = 1;

-- name: rights_epoch_bump :run
update section_rights_epoch set value = value + 1 where id = 1;

-- name: transfer_insert :one
-- in: public_id text, csv text, actor text, entered_at int
-- out: id int
insert into staff_transfer (public_id, csv, actor, entered_at) values ($1, $2, $3, $4) returning id;

-- name: transfer_by_public_id :one
-- in: public_id text
-- out: id int, csv text, actor text, entered_at int, carried_at int?
select id, csv, actor, entered_at, carried_at from staff_transfer where public_id = $1;

-- name: transfer_carried :run
-- in: public_id text, carried_at int
update staff_transfer set carried_at = $2 where public_id = $1 and carried_at is null;

-- name: request_insert :one
-- in: public_id text, staff int, section int, rank text, title text, roles text, concurrent int, valid_from text, valid_to text?, asked_by text, asked_at int
-- out: id int
insert into staff_assignment_request (public_id, staff, section, rank, title, roles, concurrent, valid_from, valid_to, asked_by, asked_at, outcome)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'open') returning id;

-- name: requests_open :all
-- out: id int, public_id text, staff int, section int, rank text, title text, roles text, concurrent int, valid_from text, valid_to text?, asked_by text, asked_at int
select id, public_id, staff, section, rank, title, roles, concurrent, valid_from, valid_to, asked_by, asked_at
from staff_assignment_request where outcome = 'open' order by asked_at, id;

-- name: request_end :run
-- in: id int, ended_by text, ended_at int, outcome text
update staff_assignment_request set ended_by = $2, ended_at = $3, outcome = $4 where id = $1 and outcome = 'open';
