-- Documents, immutable once issued.
create table document (
  id text primary key,
  order_key text not null unique,
  kind text not null,
  kind_name text not null,
  number text not null,
  fiscal_year integer not null,
  section text not null,
  dated text not null,
  case_id text not null,
  addressee text not null,
  case_number text not null,
  procedure text not null,
  step text not null,
  addressee_name text not null,
  retention_class text not null,
  retain_until text,
  pack_version text not null,
  template_hash text not null,
  content text not null,
  stamp text not null,
  then_job text not null,
  token text not null unique,
  file_key blob not null,
  state text not null,
  version integer not null,
  file_id text,
  bytes integer not null,
  sha256 text,
  ordered_at integer not null,
  issued_at integer,
  withdrawn_at integer,
  withdrawn_reason text not null
);
create index document_case on document (case_id, ordered_at);
create index document_order on document (ordered_at, id);
create index document_section on document (section, ordered_at, id);
create unique index document_number on document (fiscal_year, number) where number <> '';
