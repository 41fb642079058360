-- What every town has: the log, keys of changes, jobs, blobs, search, serials.
create table log_entry (
  id integer primary key,              -- on SQLite the place in the log, given by the writer thread
  at integer not null,
  verb text not null,
  object_kind text not null,
  object_id text not null,
  case_id text,
  actor text not null,
  acting_for text not null,
  post text not null,
  rank integer not null,
  section text not null,
  channel text not null,
  terminal text not null,
  step text not null,
  reason_code text not null,
  rule_id text not null,
  rule_hash text not null,
  rule_row integer not null,
  refs text not null,
  payload text not null,
  leaf blob not null
);
create index log_entry_case on log_entry (case_id, id) where case_id is not null;
create index log_entry_actor on log_entry (actor, id);
create table log_object (
  kind text not null,
  object text not null,
  entry integer not null,
  primary key (kind, object, entry)
) without rowid;
create table log_tile (level integer not null, position integer not null, hash blob not null, primary key (level, position)) without rowid;
create table log_checkpoint (size integer primary key, note text not null, at integer not null);

create trigger log_entry_no_update before update on log_entry begin select raise(abort, 'the log is append-only'); end;
create trigger log_entry_no_delete before delete on log_entry begin select raise(abort, 'the log is append-only'); end;

create table change_key (key text primary key, note text not null, at integer not null) without rowid;

create table job (
  id integer primary key,
  kind text not null,
  key text not null,
  due integer not null,
  attempts integer not null,
  state text not null check (state in ('waiting', 'leased', 'done', 'dead')),
  payload text not null,
  lease_until integer not null,
  last_error text not null,
  changed_at integer not null,
  unique (kind, key)
);
create index job_open on job (due) where state in ('waiting', 'leased');
create index job_ended on job (state, changed_at) where state in ('done', 'dead');

create table store_blob (
  id text primary key,
  bytes integer not null,
  sha256 blob not null,
  owner_kind text not null,
  owner_id text not null,
  at integer not null
) without rowid;
create index store_blob_owner on store_blob (owner_kind, owner_id);

create table search_entry (
  id integer primary key autoincrement,
  object_kind text not null,
  object_id text not null,
  scope text not null,
  title text not null,
  body text not null,
  unique (object_kind, object_id)
);
create virtual table search_words using fts5(words, content='', detail=none, tokenize='ascii');

create table serial (
  kind text not null,
  fiscal_year integer not null,
  last integer not null,
  primary key (kind, fiscal_year)
) without rowid;
