-- Messages that wait for the other side ('out') or came from it ('in'). An 'out' waits until the other side has said what
-- became of it (done_at). An 'in' is done when it was received and stays as the memory that makes receiving idempotent; one
-- that this side could not receive was set aside: done_at is null and `refused` says why. `payload` is sealed to the
-- receiving side's key and emptied when the message is done. `blobs`: the files that go along, as JSON.
create table exchange_message (
  direction text not null,
  serial integer not null,
  kind text not null,
  key text not null,
  payload text not null,
  blobs text not null,
  refused text not null,
  created_at integer not null,
  done_at integer,
  primary key (direction, serial)
);
create unique index exchange_message_key on exchange_message (direction, kind, key);
create index exchange_message_waiting on exchange_message (direction, done_at, serial);
