-- How staff members prove who they are, and their sessions. Secrets at rest: a password only as argon2id, a TOTP secret
-- only sealed with the town's key, a session's token only as SHA-256.
create table staff_credential (
  staff integer not null unique references staff_member (id),
  password_hash text not null,
  second_factor blob,
  totp_step integer not null,
  failures integer not null,
  failed_at integer not null,
  locked_until integer not null,
  changed_at integer not null
);

create table staff_passkey (
  id integer primary key,
  public_id text not null unique,
  staff integer not null references staff_member (id),
  credential_id text not null unique,
  algorithm integer not null,
  public_key blob not null,
  sign_count integer not null,
  name text not null,
  added_at integer not null,
  used_at integer not null
);
create index staff_passkey_staff on staff_passkey (staff);

-- A one-time way in: set password and second factor. Its link is derived from public_id and a key, so nothing here opens it.
create table staff_enrolment (
  id integer primary key,
  public_id text not null unique,
  staff integer not null references staff_member (id),
  second_factor blob not null,
  made_by text not null,
  made_at integer not null,
  expires_at integer not null,
  used_at integer
);

-- Second-factor reset by two persons.
create table staff_factor_reset (
  id integer primary key,
  public_id text not null unique,
  staff integer not null references staff_member (id),
  reason text not null,
  asked_by integer not null references staff_member (id),
  asked_at integer not null,
  ended_by integer,
  ended_at integer,
  outcome text not null
);

create table staff_session (
  id integer primary key,
  public_id text not null unique,
  token_hash text not null unique,
  staff integer not null references staff_member (id),
  proof text not null,
  created_at integer not null,
  seen_at integer not null,
  proved_at integer not null,
  agent text not null,
  address text not null
);
create index staff_session_staff on staff_session (staff);

-- Attempts per address in windows of time, and challenges that were used, so that none counts twice.
create table staff_attempt (
  place text not null,
  time_window integer not null,
  attempts integer not null,
  primary key (place, time_window)
);
create table staff_used_challenge (
  hash text primary key,
  used_at integer not null
);

-- Offers of a link between a resident's account and a person. `reference` is all the public side ever knows of the person.
create table link_offer (
  id integer primary key,
  public_id text not null unique,
  reference text not null unique,
  person integer not null,
  way text not null,
  document text not null,
  made_by integer not null references staff_member (id),
  made_at integer not null,
  expires_at integer not null,
  state text not null,
  account text not null,
  ended_at integer
);
create index link_offer_person on link_offer (person);
