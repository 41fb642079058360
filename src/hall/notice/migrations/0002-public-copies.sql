-- The copies that residents open.
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
