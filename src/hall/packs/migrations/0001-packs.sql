-- Immutable versions of the town's pack, and from which day each is in force.
create table pack_version (
  hash text not null primary key,
  archive text not null,
  imported_at integer not null,
  imported_by text not null
);

create table pack_in_force (
  serial integer not null primary key,
  valid_from text not null,
  hash text not null references pack_version (hash)
);
create index pack_in_force_from on pack_in_force (valid_from, serial);
