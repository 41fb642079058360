-- Statements of hall/people. Types and dialects: store/statement.hpp. In the finding statements a criterion that is not
-- used is switched off by its flag: `birth_on`, `address_on`, `telephone_on`; `former` shows also those who left or died.

-- name: insert_person :run
-- in: id int, number int, name text, kana text, kana_confirmed int, former_surname text, common_name text, romanised text, birth_form int, birth_from int, birth_to int, birth_words text, sex text, status text, resident_since int?, ended_on int?, nationality text, residence_kind text, residence_status text, residence_until int?, address text, kana_key blob, standings int, history int, copied_as_of int?, synthetic int, source_hash text
insert into people_person (id, number, name, kana, kana_confirmed, former_surname, common_name, romanised, birth_form, birth_from, birth_to,
  birth_words, sex, status, resident_since, ended_on, nationality, residence_kind, residence_status, residence_until,
  address, kana_key, standings, history, copied_as_of, synthetic, source_hash)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
  $26, $27);

-- name: update_person :run
-- in: id int, name text, kana text, kana_confirmed int, former_surname text, common_name text, romanised text, birth_form int, birth_from int, birth_to int, birth_words text, sex text, status text, resident_since int?, ended_on int?, nationality text, residence_kind text, residence_status text, residence_until int?, address text, kana_key blob, history int, copied_as_of int?, source_hash text
update people_person set name = $2, kana = $3, kana_confirmed = $4, former_surname = $5, common_name = $6, romanised = $7, birth_form = $8,
  birth_from = $9, birth_to = $10, birth_words = $11, sex = $12, status = $13, resident_since = $14, ended_on = $15,
  nationality = $16, residence_kind = $17, residence_status = $18, residence_until = $19, address = $20,
  kana_key = $21, history = $22, copied_as_of = $23, source_hash = $24
where id = $1;

-- name: person_by_id :one
-- in: id int
-- out: id int, number int, name text, kana text, kana_confirmed int, former_surname text, common_name text, romanised text, birth_form int, birth_from int, birth_to int, birth_words text, sex text, status text, resident_since int?, ended_on int?, nationality text, residence_kind text, residence_status text, residence_until int?, address text, kana_key blob, standings int, history int, copied_as_of int?, synthetic int
select id, number, name, kana, kana_confirmed, former_surname, common_name, romanised, birth_form, birth_from, birth_to,
  birth_words, sex, status, resident_since, ended_on, nationality, residence_kind, residence_status, residence_until,
  address, kana_key, standings, history, copied_as_of, synthetic
from people_person where id = $1;

-- name: person_by_number :one
-- in: number int
-- out: id int, number int, name text, kana text, kana_confirmed int, former_surname text, common_name text, romanised text, birth_form int, birth_from int, birth_to int, birth_words text, sex text, status text, resident_since int?, ended_on int?, nationality text, residence_kind text, residence_status text, residence_until int?, address text, kana_key blob, standings int, history int, copied_as_of int?, synthetic int
select id, number, name, kana, kana_confirmed, former_surname, common_name, romanised, birth_form, birth_from, birth_to,
  birth_words, sex, status, resident_since, ended_on, nationality, residence_kind, residence_status, residence_until,
  address, kana_key, standings, history, copied_as_of, synthetic
from people_person where number = $1;

-- name: id_by_number :one
-- in: number int
-- out: id int
select id from people_person where number = $1;

-- name: all_person_hashes :all
-- out: id int, number int, history int, copied_as_of int?, source_hash text
select id, number, history, copied_as_of, source_hash from people_person;

-- name: highest_person_id :one
-- out: id int?
select max(id) from people_person;

-- name: highest_number :one
-- out: number int?
select max(number) from (select number from people_person union all select number from people_organisation) as numbers;

-- name: count_persons :one
-- out: count int
select count(*) from people_person where copied_as_of is not null;

-- name: set_standings :run
-- in: id int, standings int
update people_person set standings = $2 where id = $1;

-- A person whose family name and given name both match stands here twice; the reader keeps the first.
-- name: count_by_name :one
-- in: name_on int, name_lo blob, name_hi blob, birth_on int, birth_lo int, birth_hi int, address_on int, address_lo blob, address_hi blob, telephone_on int, telephone blob, former int
-- out: count int
select count(distinct found.person) from (select k.person
from people_name_key k join people_person p on p.id = k.person
where $1 = 1 and k.key >= $2 and k.key < $3 and k.former <= $12
  and ($4 = 0 or (p.birth_from <= $6 and p.birth_to >= $5))
  and ($7 = 0 or p.id in (select a.person from people_address a
    where a.key is not null and a.key >= $8 and a.key < $9))
  and ($10 = 0 or p.id in (select c.person from people_contact c
    where c.key is not null and c.key = $11))
  limit 2001) as found;

-- name: find_by_name :all
-- in: name_on int, name_lo blob, name_hi blob, birth_on int, birth_lo int, birth_hi int, address_on int, address_lo blob, address_hi blob, telephone_on int, telephone blob, former int, after_key blob, after_person int, most int
-- out: found_key blob, id int, number int, name text, kana text, kana_confirmed int, former_surname text, common_name text, romanised text, birth_form int, birth_from int, birth_to int, birth_words text, sex text, status text, resident_since int?, ended_on int?, nationality text, residence_kind text, residence_status text, residence_until int?, address text, kana_key blob, standings int, history int, copied_as_of int?, synthetic int
select k.key as found_key, p.id, p.number, p.name, p.kana, p.kana_confirmed, p.former_surname, p.common_name, p.romanised, p.birth_form,
  p.birth_from, p.birth_to, p.birth_words, p.sex, p.status, p.resident_since, p.ended_on, p.nationality,
  p.residence_kind, p.residence_status, p.residence_until, p.address, p.kana_key, p.standings, p.history,
  p.copied_as_of, p.synthetic
from people_name_key k join people_person p on p.id = k.person
where $1 = 1 and k.key >= $2 and k.key < $3 and k.former <= $12
  and ($4 = 0 or (p.birth_from <= $6 and p.birth_to >= $5))
  and ($7 = 0 or p.id in (select a.person from people_address a
    where a.key is not null and a.key >= $8 and a.key < $9))
  and ($10 = 0 or p.id in (select c.person from people_contact c
    where c.key is not null and c.key = $11))
  and (k.key, k.person) > ($13, $14)
order by k.key, k.person limit $15;

-- name: count_names :one
-- in: name_lo blob, name_hi blob, former int
-- out: count int
select count(distinct found.person) from (select person from people_name_key
  where key >= $1 and key < $2 and former <= $3 limit 2001) as found;

-- name: count_by_birth :one
-- in: name_on int, name_lo blob, name_hi blob, birth_on int, birth_lo int, birth_hi int, address_on int, address_lo blob, address_hi blob, telephone_on int, telephone blob, former int
-- out: count int
select count(*) from (select 1 as found
from people_person p
where $4 = 1
  and ((p.birth_from >= $5 and p.birth_from <= $6)
    or (p.birth_form <> 0 and p.birth_to >= $5 and p.birth_from <= $6))
  and ($1 = 0 or p.id in (select k.person from people_name_key k where k.key >= $2 and k.key < $3))
  and ($7 = 0 or p.id in (select a.person from people_address a
    where a.key is not null and a.key >= $8 and a.key < $9))
  and ($10 = 0 or p.id in (select c.person from people_contact c
    where c.key is not null and c.key = $11))
  and ($12 = 1 or p.status in ('resident', 'non_resident'))
  limit 1001) as counted;

-- name: find_by_birth :all
-- in: name_on int, name_lo blob, name_hi blob, birth_on int, birth_lo int, birth_hi int, address_on int, address_lo blob, address_hi blob, telephone_on int, telephone blob, former int, after_key blob, after_person int, most int
-- out: id int, number int, name text, kana text, kana_confirmed int, former_surname text, common_name text, romanised text, birth_form int, birth_from int, birth_to int, birth_words text, sex text, status text, resident_since int?, ended_on int?, nationality text, residence_kind text, residence_status text, residence_until int?, address text, kana_key blob, standings int, history int, copied_as_of int?, synthetic int
select p.id, p.number, p.name, p.kana, p.kana_confirmed, p.former_surname, p.common_name, p.romanised, p.birth_form,
  p.birth_from, p.birth_to, p.birth_words, p.sex, p.status, p.resident_since, p.ended_on, p.nationality,
  p.residence_kind, p.residence_status, p.residence_until, p.address, p.kana_key, p.standings, p.history,
  p.copied_as_of, p.synthetic
from people_person p
where $4 = 1
  and ((p.birth_from >= $5 and p.birth_from <= $6)
    or (p.birth_form <> 0 and p.birth_to >= $5 and p.birth_from <= $6))
  and ($1 = 0 or p.id in (select k.person from people_name_key k where k.key >= $2 and k.key < $3))
  and ($7 = 0 or p.id in (select a.person from people_address a
    where a.key is not null and a.key >= $8 and a.key < $9))
  and ($10 = 0 or p.id in (select c.person from people_contact c
    where c.key is not null and c.key = $11))
  and ($12 = 1 or p.status in ('resident', 'non_resident'))
  and (p.kana_key, p.id) > ($13, $14)
order by p.kana_key, p.id limit $15;

-- name: count_by_address :one
-- in: name_on int, name_lo blob, name_hi blob, birth_on int, birth_lo int, birth_hi int, address_on int, address_lo blob, address_hi blob, telephone_on int, telephone blob, former int
-- out: count int
select count(*) from (select 1 as found
from people_person p
where $7 = 1 and p.id in (select a.person from people_address a
    where a.key is not null and a.key >= $8 and a.key < $9)
  and ($1 = 0 or p.id in (select k.person from people_name_key k where k.key >= $2 and k.key < $3))
  and ($4 = 0 or (p.birth_from <= $6 and p.birth_to >= $5))
  and ($10 = 0 or p.id in (select c.person from people_contact c
    where c.key is not null and c.key = $11))
  and ($12 = 1 or p.status in ('resident', 'non_resident'))
  limit 1001) as counted;

-- name: find_by_address :all
-- in: name_on int, name_lo blob, name_hi blob, birth_on int, birth_lo int, birth_hi int, address_on int, address_lo blob, address_hi blob, telephone_on int, telephone blob, former int, after_key blob, after_person int, most int
-- out: id int, number int, name text, kana text, kana_confirmed int, former_surname text, common_name text, romanised text, birth_form int, birth_from int, birth_to int, birth_words text, sex text, status text, resident_since int?, ended_on int?, nationality text, residence_kind text, residence_status text, residence_until int?, address text, kana_key blob, standings int, history int, copied_as_of int?, synthetic int
select p.id, p.number, p.name, p.kana, p.kana_confirmed, p.former_surname, p.common_name, p.romanised, p.birth_form,
  p.birth_from, p.birth_to, p.birth_words, p.sex, p.status, p.resident_since, p.ended_on, p.nationality,
  p.residence_kind, p.residence_status, p.residence_until, p.address, p.kana_key, p.standings, p.history,
  p.copied_as_of, p.synthetic
from people_person p
where $7 = 1 and p.id in (select a.person from people_address a
    where a.key is not null and a.key >= $8 and a.key < $9)
  and ($1 = 0 or p.id in (select k.person from people_name_key k where k.key >= $2 and k.key < $3))
  and ($4 = 0 or (p.birth_from <= $6 and p.birth_to >= $5))
  and ($10 = 0 or p.id in (select c.person from people_contact c
    where c.key is not null and c.key = $11))
  and ($12 = 1 or p.status in ('resident', 'non_resident'))
  and (p.kana_key, p.id) > ($13, $14)
order by p.kana_key, p.id limit $15;

-- name: count_by_telephone :one
-- in: name_on int, name_lo blob, name_hi blob, birth_on int, birth_lo int, birth_hi int, address_on int, address_lo blob, address_hi blob, telephone_on int, telephone blob, former int
-- out: count int
select count(*) from (select 1 as found
from people_person p
where $10 = 1 and p.id in (select c.person from people_contact c
    where c.key is not null and c.key = $11)
  and ($1 = 0 or p.id in (select k.person from people_name_key k where k.key >= $2 and k.key < $3))
  and ($4 = 0 or (p.birth_from <= $6 and p.birth_to >= $5))
  and ($7 = 0 or p.id in (select a.person from people_address a
    where a.key is not null and a.key >= $8 and a.key < $9))
  and ($12 = 1 or p.status in ('resident', 'non_resident'))
  limit 1001) as counted;

-- name: find_by_telephone :all
-- in: name_on int, name_lo blob, name_hi blob, birth_on int, birth_lo int, birth_hi int, address_on int, address_lo blob, address_hi blob, telephone_on int, telephone blob, former int, after_key blob, after_person int, most int
-- out: id int, number int, name text, kana text, kana_confirmed int, former_surname text, common_name text, romanised text, birth_form int, birth_from int, birth_to int, birth_words text, sex text, status text, resident_since int?, ended_on int?, nationality text, residence_kind text, residence_status text, residence_until int?, address text, kana_key blob, standings int, history int, copied_as_of int?, synthetic int
select p.id, p.number, p.name, p.kana, p.kana_confirmed, p.former_surname, p.common_name, p.romanised, p.birth_form,
  p.birth_from, p.birth_to, p.birth_words, p.sex, p.status, p.resident_since, p.ended_on, p.nationality,
  p.residence_kind, p.residence_status, p.residence_until, p.address, p.kana_key, p.standings, p.history,
  p.copied_as_of, p.synthetic
from people_person p
where $10 = 1 and p.id in (select c.person from people_contact c
    where c.key is not null and c.key = $11)
  and ($1 = 0 or p.id in (select k.person from people_name_key k where k.key >= $2 and k.key < $3))
  and ($4 = 0 or (p.birth_from <= $6 and p.birth_to >= $5))
  and ($7 = 0 or p.id in (select a.person from people_address a
    where a.key is not null and a.key >= $8 and a.key < $9))
  and ($12 = 1 or p.status in ('resident', 'non_resident'))
  and (p.kana_key, p.id) > ($13, $14)
order by p.kana_key, p.id limit $15;

-- name: name_range :all
-- in: name_lo blob, name_hi blob, former int
-- out: key blob, person int
select key, person from people_name_key where key >= $1 and key < $2 and former <= $3 order by key, person;

-- name: address_range :all
-- in: address_lo blob, address_hi blob
-- out: person int
select person from people_address where key is not null and key >= $1 and key < $2;

-- name: insert_name_key :run
-- in: person int, key blob, former int
insert into people_name_key (person, key, former) values ($1, $2, $3);

-- name: delete_name_keys :run
-- in: person int
delete from people_name_key where person = $1;

-- name: insert_address :run
-- in: person int, position int, kind text, postal_code text, municipality text, place text, area text, lot text, building text, key blob?, valid_from int, valid_to int
insert into people_address (person, position, kind, postal_code, municipality, place, area, lot, building, key, valid_from, valid_to)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: addresses_of :all
-- in: person int
-- out: kind text, postal_code text, municipality text, place text, area text, lot text, building text, valid_from int, valid_to int
select kind, postal_code, municipality, place, area, lot, building, valid_from, valid_to
from people_address where person = $1 order by valid_from desc, position;

-- name: delete_addresses :run
-- in: person int
delete from people_address where person = $1;

-- name: insert_contact :run
-- in: id int, person int, kind text, value text, key blob?, consented_on int?, withdrawn_on int?, of_copy int
insert into people_contact (id, person, kind, value, key, consented_on, withdrawn_on, of_copy)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: contacts_of :all
-- in: person int
-- out: id int, kind text, value text, consented_on int?, withdrawn_on int?, of_copy int
select id, kind, value, consented_on, withdrawn_on, of_copy
from people_contact where person = $1 order by id;

-- name: withdraw_contact :run
-- in: id int, person int, withdrawn_on int
update people_contact set withdrawn_on = $3 where id = $1 and person = $2 and withdrawn_on is null;

-- name: delete_copied_contacts :run
-- in: person int
delete from people_contact where person = $1 and of_copy = 1;

-- name: highest_contact_id :one
-- out: id int?
select max(id) from people_contact;

-- name: insert_household :run
-- in: id int, number int, kind text, head int, valid_from int, valid_to int
insert into people_household (id, number, kind, head, valid_from, valid_to)
values ($1, $2, $3, $4, $5, $6);

-- name: all_households :all
-- out: id int, number int, kind text, head int, valid_from int, valid_to int
select id, number, kind, head, valid_from, valid_to from people_household;

-- name: household_by_id :one
-- in: id int
-- out: id int, number int, kind text, head int, valid_from int, valid_to int
select id, number, kind, head, valid_from, valid_to
from people_household where id = $1;

-- name: update_household :run
-- in: id int, head int, valid_from int, valid_to int
update people_household set head = $2, valid_from = $3, valid_to = $4 where id = $1;

-- name: household_of :one
-- in: person int, kind text, day int
-- out: id int
select m.household from people_member m join people_household h on h.id = m.household
where m.person = $1 and h.kind = $2 and m.valid_from <= $3 and m.valid_to >= $3
order by m.valid_from desc limit 1;

-- name: households_of :all
-- in: person int
-- out: id int, valid_from int, valid_to int
select household, min(valid_from), max(valid_to) from people_member where person = $1
group by household order by max(valid_to) desc, household;

-- name: insert_member :run
-- in: household int, person int, relationship text, position int, valid_from int, valid_to int
insert into people_member (household, person, relationship, position, valid_from, valid_to)
values ($1, $2, $3, $4, $5, $6);

-- name: delete_members :run
-- in: household int
delete from people_member where household = $1;

-- name: members_on :all
-- in: household int, day int
-- out: person int, number int, name text, kana text, kana_confirmed int, former_surname text, common_name text, romanised text, birth_form int, birth_from int, birth_to int, birth_words text, sex text, status text, standings int, relationship text, position int, valid_from int, valid_to int
select m.person, p.number, p.name, p.kana, p.kana_confirmed, p.former_surname, p.common_name, p.romanised, p.birth_form,
  p.birth_from, p.birth_to, p.birth_words, p.sex, p.status, p.standings, m.relationship, m.position, m.valid_from,
  m.valid_to
from people_member m join people_person p on p.id = m.person
where m.household = $1 and m.valid_from <= $2 and m.valid_to >= $2 order by m.position, m.person;

-- name: member_ids_on :all
-- in: household int, day int
-- out: person int
select person from people_member where household = $1 and valid_from <= $2 and valid_to >= $2 order by person;

-- name: insert_relation :run
-- in: id int, kind text, person int, other int, words text, valid_from int, valid_to int, of_copy int
insert into people_relation (id, kind, person, other, words, valid_from, valid_to, of_copy)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: relations_of :all
-- in: person int
-- out: id int, kind text, person int, other int, words text, valid_from int, valid_to int
select id, kind, person, other, words, valid_from, valid_to from people_relation
where person = $1 or other = $1 order by id;

-- name: relation_by_id :one
-- in: id int
-- out: id int, kind text, person int, other int, words text, valid_from int, valid_to int, of_copy int
select id, kind, person, other, words, valid_from, valid_to, of_copy
from people_relation where id = $1;

-- name: end_relation :run
-- in: id int, valid_to int
update people_relation set valid_to = $2 where id = $1 and valid_to > $2;

-- name: delete_copied_relations :run
-- in: person int
delete from people_relation where person = $1 and of_copy = 1;

-- name: highest_relation_id :one
-- out: id int?
select max(id) from people_relation;

-- name: insert_standing :run
-- in: id int, person int, kind text, process text, level text, valid_from int, valid_to int, provisional int, sections text, basis text, lifted_on int?, lifted_until int?, version int, of_copy int
insert into people_standing (id, person, kind, process, level, valid_from, valid_to, provisional, sections, basis, lifted_on, lifted_until,
  version, of_copy)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: standings_of :all
-- in: person int
-- out: id int, person int, kind text, process text, level text, valid_from int, valid_to int, provisional int, sections text, basis text, lifted_on int?, lifted_until int?, version int, of_copy int
select id, person, kind, process, level, valid_from, valid_to, provisional, sections, basis, lifted_on, lifted_until,
  version, of_copy
from people_standing where person = $1 order by id;

-- name: standing_by_id :one
-- in: id int
-- out: id int, person int, kind text, process text, level text, valid_from int, valid_to int, provisional int, sections text, basis text, lifted_on int?, lifted_until int?, version int, of_copy int
select id, person, kind, process, level, valid_from, valid_to, provisional, sections, basis, lifted_on, lifted_until,
  version, of_copy
from people_standing where id = $1;

-- name: change_standing :run
-- in: id int, version int, valid_to int, lifted_on int?, lifted_until int?
update people_standing set valid_to = $3, lifted_on = $4, lifted_until = $5, version = version + 1
where id = $1 and version = $2;

-- name: count_standings :one
-- in: person int
-- out: count int
select count(*) from people_standing where person = $1;

-- name: delete_copied_standings :run
-- in: person int
delete from people_standing where person = $1 and of_copy = 1;

-- name: highest_standing_id :one
-- out: id int?
select max(id) from people_standing;

-- name: insert_organisation :run
-- in: id int, number int, corporate_number text, name text, kana text, branch text, telephone text, postal_code text, municipality text, place text, area text, lot text, building text, synthetic int, source_hash text
insert into people_organisation (id, number, corporate_number, name, kana, branch, telephone, postal_code, municipality, place, area, lot, building,
  synthetic, source_hash)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- name: organisation_by_id :one
-- in: id int
-- out: id int, number int, corporate_number text, name text, kana text, branch text, telephone text, postal_code text, municipality text, place text, area text, lot text, building text, synthetic int
select id, number, corporate_number, name, kana, branch, telephone, postal_code, municipality, place, area, lot, building,
  synthetic
from people_organisation where id = $1;

-- name: all_organisation_hashes :all
-- out: id int, number int, source_hash text
select id, number, source_hash from people_organisation;

-- name: update_organisation :run
-- in: id int, corporate_number text, name text, kana text, branch text, telephone text, postal_code text, municipality text, place text, area text, lot text, building text, source_hash text
update people_organisation set corporate_number = $2, name = $3, kana = $4, branch = $5, telephone = $6, postal_code = $7, municipality = $8,
  place = $9, area = $10, lot = $11, building = $12, source_hash = $13
where id = $1;

-- name: insert_history :run
-- in: person int, history int, reason text, moved_on int?, reported_on int?, recorded_at int, changed text, body text
insert into people_history (person, history, reason, moved_on, reported_on, recorded_at, changed, body)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: history_of :all
-- in: person int
-- out: history int, reason text, moved_on int?, reported_on int?, recorded_at int, changed text
select history, reason, moved_on, reported_on, recorded_at, changed
from people_history where person = $1 order by history desc;

-- name: history_body :one
-- in: person int, history int
-- out: body text
select body from people_history where person = $1 and history = $2;

-- name: insert_inquiry :run
-- in: id text, at int, actor text, fields text, query text, hmac_key blob
insert into people_inquiry (id, at, actor, fields, query, hmac_key)
values ($1, $2, $3, $4, $5, $6);

-- name: insert_copy :run
-- in: id int, as_of int, imported_at int, persons int, synthetic int
insert into people_copy (id, as_of, imported_at, persons, synthetic)
values ($1, $2, $3, $4, $5);

-- name: latest_copy :one
-- out: id int, as_of int, imported_at int, persons int, synthetic int
select id, as_of, imported_at, persons, synthetic from people_copy order by id desc limit 1;

-- name: release_cursor :one
-- out: after_sequence int
select after_sequence from people_release where id = 1;

-- name: set_release_cursor :run
-- in: after_sequence int
insert into people_release (id, after_sequence) values (1, $1)
on conflict (id) do update set after_sequence = excluded.after_sequence;

-- The same inserts for many rows at once, as a JSON array of arrays in the order of the arguments above. PostgreSQL has
-- its own form (queries.postgres.sql); a round trip a row would take half a minute for a town of 24,000.

-- name: bulk_wanted :one
-- out: wanted int
select 0 as wanted;

-- name: insert_persons_bulk :run
-- in: rows text
insert into people_person (id, number, name, kana, kana_confirmed, former_surname, common_name, romanised, birth_form, birth_from, birth_to,
  birth_words, sex, status, resident_since, ended_on, nationality, residence_kind, residence_status,
  residence_until, address, kana_key, standings, history, copied_as_of, synthetic, source_hash)
select json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
  json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]'),
  json_extract(value, '$[6]'), json_extract(value, '$[7]'), json_extract(value, '$[8]'),
  json_extract(value, '$[9]'), json_extract(value, '$[10]'), json_extract(value, '$[11]'),
  json_extract(value, '$[12]'), json_extract(value, '$[13]'), json_extract(value, '$[14]'),
  json_extract(value, '$[15]'), json_extract(value, '$[16]'), json_extract(value, '$[17]'),
  json_extract(value, '$[18]'), json_extract(value, '$[19]'), json_extract(value, '$[20]'),
  cast(json_extract(value, '$[21]') as blob), json_extract(value, '$[22]'), json_extract(value, '$[23]'),
  json_extract(value, '$[24]'), json_extract(value, '$[25]'), json_extract(value, '$[26]')
from json_each($1);

-- name: insert_name_keys_bulk :run
-- in: rows text
insert into people_name_key (person, key, former)
select json_extract(value, '$[0]'), cast(json_extract(value, '$[1]') as blob), json_extract(value, '$[2]')
from json_each($1);

-- name: insert_history_bulk :run
-- in: rows text
insert into people_history (person, history, reason, moved_on, reported_on, recorded_at, changed, body)
select json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
  json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]'),
  json_extract(value, '$[6]'), json_extract(value, '$[7]')
from json_each($1);

-- name: insert_addresses_bulk :run
-- in: rows text
insert into people_address (person, position, kind, postal_code, municipality, place, area, lot, building, key, valid_from, valid_to)
select json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
  json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]'),
  json_extract(value, '$[6]'), json_extract(value, '$[7]'), json_extract(value, '$[8]'),
  cast(json_extract(value, '$[9]') as blob), json_extract(value, '$[10]'), json_extract(value, '$[11]')
from json_each($1);

-- name: insert_contacts_bulk :run
-- in: rows text
insert into people_contact (id, person, kind, value, key, consented_on, withdrawn_on, of_copy)
select json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
  json_extract(value, '$[3]'), cast(json_extract(value, '$[4]') as blob), json_extract(value, '$[5]'),
  json_extract(value, '$[6]'), json_extract(value, '$[7]')
from json_each($1);

-- name: insert_households_bulk :run
-- in: rows text
insert into people_household (id, number, kind, head, valid_from, valid_to)
select json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
  json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]')
from json_each($1);

-- name: insert_members_bulk :run
-- in: rows text
insert into people_member (household, person, relationship, position, valid_from, valid_to)
select json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
  json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]')
from json_each($1);

-- name: insert_relations_bulk :run
-- in: rows text
insert into people_relation (id, kind, person, other, words, valid_from, valid_to, of_copy)
select json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
  json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]'),
  json_extract(value, '$[6]'), json_extract(value, '$[7]')
from json_each($1);
