-- Public side. A draft belongs to an account, or to whoever holds its token; its uploads are sealed with its own key.
create table draft (
  id text not null primary key,
  procedure text not null,
  pack_hash text not null,
  language text not null,
  account text not null,
  resume_hash text not null,
  key_box blob not null,
  answers text not null,
  created_at integer not null,
  updated_at integer not null,
  number text not null,
  version integer not null
);
create index draft_account on draft (account, updated_at);
create index draft_resume on draft (resume_hash);
create index draft_updated on draft (number, updated_at);

-- Tokens of devices: SHA-256 of what the cookie holds. `kind` is draft or case.
create table draft_token (
  hash text not null,
  kind text not null,
  object text not null,
  created_at integer not null,
  primary key (hash, kind, object)
);
create index draft_token_object on draft_token (kind, object);

create table draft_upload (
  draft text not null references draft (id),
  blob text not null,
  need text not null,
  bytes integer not null,
  sha256 text not null,
  file_name text not null,
  media_type text not null,
  at integer not null,
  primary key (draft, blob)
);

-- The newest state of a case that the office published.
create table published_case (
  id text not null primary key,
  number text not null unique,
  account text not null,
  reference text not null,
  secret_hash text not null,
  body text not null,
  serial integer not null
);
create index published_case_account on published_case (account, serial);
create index published_case_reference on published_case (reference, serial);

-- Facts of the register that the office released for a linked person.
create table released_facts (
  reference text not null primary key,
  as_of text not null,
  body text not null
);

create table status_try (
  key text not null,
  hour integer not null,
  tries integer not null,
  primary key (key, hour)
);
