-- Statements whose form differs on PostgreSQL. Names, arguments and results are those of queries.sql.

-- name: bulk_wanted :one
-- out: wanted int
select cast(1 as bigint) as wanted;

-- name: insert_persons_bulk :run
-- in: rows text
insert into people_person (id, number, name, kana, kana_confirmed, former_surname, common_name, romanised, birth_form, birth_from, birth_to,
  birth_words, sex, status, resident_since, ended_on, nationality, residence_kind, residence_status,
  residence_until, address, kana_key, standings, history, copied_as_of, synthetic, source_hash)
select cast(e->>0 as bigint), cast(e->>1 as bigint), e->>2, e->>3, cast(e->>4 as bigint), e->>5, e->>6, e->>7,
  cast(e->>8 as bigint), cast(e->>9 as bigint), cast(e->>10 as bigint), e->>11, e->>12, e->>13,
  cast(e->>14 as bigint), cast(e->>15 as bigint), e->>16, e->>17, e->>18, cast(e->>19 as bigint), e->>20,
  convert_to(e->>21, 'UTF8'), cast(e->>22 as bigint), cast(e->>23 as bigint), cast(e->>24 as bigint),
  cast(e->>25 as bigint), e->>26
from jsonb_array_elements(cast($1 as jsonb)) as e;

-- name: insert_name_keys_bulk :run
-- in: rows text
insert into people_name_key (person, key, former)
select cast(e->>0 as bigint), convert_to(e->>1, 'UTF8'), cast(e->>2 as bigint)
from jsonb_array_elements(cast($1 as jsonb)) as e;

-- name: insert_history_bulk :run
-- in: rows text
insert into people_history (person, history, reason, moved_on, reported_on, recorded_at, changed, body)
select cast(e->>0 as bigint), cast(e->>1 as bigint), e->>2, cast(e->>3 as bigint), cast(e->>4 as bigint),
  cast(e->>5 as bigint), e->>6, e->>7
from jsonb_array_elements(cast($1 as jsonb)) as e;

-- name: insert_addresses_bulk :run
-- in: rows text
insert into people_address (person, position, kind, postal_code, municipality, place, area, lot, building, key, valid_from, valid_to)
select cast(e->>0 as bigint), cast(e->>1 as bigint), e->>2, e->>3, e->>4, e->>5, e->>6, e->>7, e->>8,
  convert_to(e->>9, 'UTF8'), cast(e->>10 as bigint), cast(e->>11 as bigint)
from jsonb_array_elements(cast($1 as jsonb)) as e;

-- name: insert_contacts_bulk :run
-- in: rows text
insert into people_contact (id, person, kind, value, key, consented_on, withdrawn_on, of_copy)
select cast(e->>0 as bigint), cast(e->>1 as bigint), e->>2, e->>3, convert_to(e->>4, 'UTF8'), cast(e->>5 as bigint),
  cast(e->>6 as bigint), cast(e->>7 as bigint)
from jsonb_array_elements(cast($1 as jsonb)) as e;

-- name: insert_households_bulk :run
-- in: rows text
insert into people_household (id, number, kind, head, valid_from, valid_to)
select cast(e->>0 as bigint), cast(e->>1 as bigint), e->>2, cast(e->>3 as bigint), cast(e->>4 as bigint),
  cast(e->>5 as bigint)
from jsonb_array_elements(cast($1 as jsonb)) as e;

-- name: insert_members_bulk :run
-- in: rows text
insert into people_member (household, person, relationship, position, valid_from, valid_to)
select cast(e->>0 as bigint), cast(e->>1 as bigint), e->>2, cast(e->>3 as bigint), cast(e->>4 as bigint),
  cast(e->>5 as bigint)
from jsonb_array_elements(cast($1 as jsonb)) as e;

-- name: insert_relations_bulk :run
-- in: rows text
insert into people_relation (id, kind, person, other, words, valid_from, valid_to, of_copy)
select cast(e->>0 as bigint), e->>1, cast(e->>2 as bigint), cast(e->>3 as bigint), e->>4, cast(e->>5 as bigint),
  cast(e->>6 as bigint), cast(e->>7 as bigint)
from jsonb_array_elements(cast($1 as jsonb)) as e;
