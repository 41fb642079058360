-- The register: a dated copy of the core system's residents, beside what the office itself knows of them.
-- Days are day numbers since 1970-01-01; an open end is -1000000 or 1000000, so a day lies in a row when
-- valid_from <= day and day <= valid_to. Keys for finding are folded text as bytes: their order is the same everywhere.

create table people_person (
  id integer primary key,
  number integer not null unique,
  name text not null,
  kana text not null,
  kana_confirmed integer not null,
  former_surname text not null,
  common_name text not null,
  romanised text not null,
  birth_form integer not null,
  birth_from integer not null,
  birth_to integer not null,
  birth_words text not null,
  sex text not null,
  status text not null,
  resident_since integer,
  ended_on integer,
  nationality text not null,
  residence_kind text not null,
  residence_status text not null,
  residence_until integer,
  address text not null,
  kana_key blob not null,
  standings integer not null,
  history integer not null,
  copied_as_of integer,
  synthetic integer not null,
  source_hash text not null
);
create index people_person_birth on people_person (birth_from, id);
create index people_person_birth_unclear on people_person (birth_to) where birth_form <> 0;

create table people_name_key (
  person integer not null,
  key blob not null,
  former integer not null,
  primary key (person, key)
);
create index people_name_key_key on people_name_key (key, person, former);

create table people_address (
  person integer not null,
  position integer not null,
  kind text not null,
  postal_code text not null,
  municipality text not null,
  place text not null,
  area text not null,
  lot text not null,
  building text not null,
  key blob,
  valid_from integer not null,
  valid_to integer not null,
  primary key (person, position)
);
create index people_address_key on people_address (key, person) where key is not null;

create table people_contact (
  id integer primary key,
  person integer not null,
  kind text not null,
  value text not null,
  key blob,
  consented_on integer,
  withdrawn_on integer,
  of_copy integer not null
);
create index people_contact_person on people_contact (person);
create index people_contact_key on people_contact (key, person) where key is not null;

create table people_household (
  id integer primary key,
  number integer not null,
  kind text not null,
  head integer not null,
  valid_from integer not null,
  valid_to integer not null,
  unique (kind, number)
);

create table people_member (
  household integer not null,
  person integer not null,
  relationship text not null,
  position integer not null,
  valid_from integer not null,
  valid_to integer not null,
  primary key (household, person, valid_from)
);
create index people_member_person on people_member (person);

create table people_relation (
  id integer primary key,
  kind text not null,
  person integer not null,
  other integer not null,
  words text not null,
  valid_from integer not null,
  valid_to integer not null,
  of_copy integer not null
);
create index people_relation_person on people_relation (person);
create index people_relation_other on people_relation (other);

create table people_standing (
  id integer primary key,
  person integer not null,
  kind text not null,
  process text not null,
  level text not null,
  valid_from integer not null,
  valid_to integer not null,
  provisional integer not null,
  sections text not null,
  basis text not null,
  lifted_on integer,
  lifted_until integer,
  version integer not null,
  of_copy integer not null
);
create index people_standing_person on people_standing (person);

create table people_organisation (
  id integer primary key,
  number integer not null unique,
  corporate_number text not null,
  name text not null,
  kana text not null,
  branch text not null,
  telephone text not null,
  postal_code text not null,
  municipality text not null,
  place text not null,
  area text not null,
  lot text not null,
  building text not null,
  synthetic integer not null,
  source_hash text not null
);

-- Every change keeps the whole row as it became (住民記録システム標準仕様書: 履歴番号).
create table people_history (
  person integer not null,
  history integer not null,
  reason text not null,
  moved_on integer,
  reported_on integer,
  recorded_at integer not null,
  changed text not null,
  body text not null,
  primary key (person, history)
);

-- What was typed into a search: personal data that the log itself must not hold. The event has the HMAC of `query`.
create table people_inquiry (
  id text primary key,
  at integer not null,
  actor text not null,
  fields text not null,
  query text not null,
  hmac_key blob not null
);

create table people_copy (
  id integer primary key,
  as_of integer not null,
  imported_at integer not null,
  persons integer not null,
  synthetic integer not null
);

-- Up to which place of the log the reads of linked persons have been told to the public side.
create table people_release (
  id integer primary key,
  after_sequence integer not null
);
