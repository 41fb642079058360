-- Messages that came in ('in': the memory that makes receiving idempotent) or wait for the other side ('out').
create table exchange_message (
  direction text not null,
  serial integer not null,
  kind text not null,
  key text not null,
  payload text not null,
  blobs text not null,
  created_at integer not null,
  done_at integer,
  primary key (direction, serial)
);
create unique index exchange_message_key on exchange_message (direction, kind, key);
create index exchange_message_waiting on exchange_message (direction, done_at, serial);
