-- Office side: notices and where they stand. Public side: the copies that residents open.
create table notice (
  id text primary key,
  request_key text not null unique,
  document text not null,
  kind text not null,
  kind_name text not null,
  number text not null,
  case_id text not null,
  case_number text not null,
  section text not null,
  party text not null,
  name text not null,
  honorific text not null,
  postal_code text not null,
  address text not null,
  mail text not null,
  online integer not null,
  reader_refs text not null,
  channel text not null,
  state text not null,
  open_key integer not null,
  attempt integer not null,
  version integer not null,
  issued_at integer not null,
  sent_at integer,
  delivered_at integer,
  bounced_at integer,
  posted_on text,
  returned_on text,
  bounce_reason text not null,
  next_act text not null
);
create index notice_case on notice (case_id, issued_at);
create index notice_open on notice (open_key, issued_at, id);
create index notice_document on notice (document);

create table published_notice (
  id text primary key,
  document text not null,
  token text not null,
  kind_name text not null,
  number text not null,
  case_id text not null,
  party text not null,
  dated text not null,
  sha256 text not null,
  file_id text not null,
  bytes integer not null,
  file_key blob not null,
  published_at integer not null,
  opened_at integer
);
create index published_notice_case on published_notice (case_id, published_at);

create table published_notice_reader (
  reference text not null,
  notice text not null,
  primary key (reference, notice)
);
