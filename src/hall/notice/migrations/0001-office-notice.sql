-- Notices and where they stand.
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
