-- What the verification page may say.
create table verified_document (
  token text primary key,
  kind_name text not null,
  number text not null,
  dated text not null,
  sha256 text not null,
  state text not null,
  changed_on text not null
);
