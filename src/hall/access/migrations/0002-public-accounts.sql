-- Residents' accounts: the public side. Of the person only the opaque reference is known here.
create table account (
  id integer primary key,
  public_id text not null unique,
  mail text not null,
  mail_folded text not null unique,
  password_hash text not null,
  second_factor blob,
  totp_step integer not null,
  failures integer not null,
  failed_at integer not null,
  locked_until integer not null,
  level integer not null,
  reference text,
  linked_at integer,
  created_at integer not null,
  version integer not null
);
create index account_reference on account (reference);

-- A mail with a link that works once. The link is derived from public_id and a key; nothing here opens it.
create table account_mail_link (
  id integer primary key,
  public_id text not null unique,
  purpose text not null,
  mail text not null,
  language text not null,
  made_at integer not null,
  expires_at integer not null,
  used_at integer
);

create table account_session (
  id integer primary key,
  public_id text not null unique,
  token_hash text not null unique,
  account integer not null references account (id),
  proof text not null,
  created_at integer not null,
  seen_at integer not null,
  proved_at integer not null,
  agent text not null,
  address text not null
);
create index account_session_account on account_session (account);

create table account_attempt (
  place text not null,
  time_window integer not null,
  attempts integer not null,
  primary key (place, time_window)
);

-- Codes that came from the office: hash, opaque reference, term.
create table account_link_code (
  id integer primary key,
  code_hash text not null unique,
  reference text not null,
  expires_at integer not null,
  used_at integer
);

-- Reads of a person's record that the office released to him.
create table account_released_read (
  id integer primary key,
  message_key text not null unique,
  reference text not null,
  at integer not null,
  section_name text not null,
  purpose text not null,
  subject text not null
);
create index account_released_read_reference on account_released_read (reference, at);

create table account_epoch (
  id integer primary key,
  value integer not null
);
insert into account_epoch (id, value) values (1, 1);
