-- Sections, staff members, dated assignments, delegation, absence (model.md). Days are ISO text, both ends included.
create table section (
  id integer primary key,
  public_id text not null unique,
  code text not null,
  name text not null,
  parent integer references section (id),
  telephone text not null,
  place integer not null,
  valid_from text not null,
  valid_to text,
  version integer not null
);
create index section_code on section (code);

create table staff_member (
  id integer primary key,
  public_id text not null unique,
  number text not null unique,
  name text not null,
  kana text not null,
  mail text not null,
  person integer,
  valid_from text not null,
  valid_to text,
  version integer not null
);

create table staff_assignment (
  id integer primary key,
  staff integer not null references staff_member (id),
  section integer not null references section (id),
  rank text not null,
  title text not null,
  roles text not null,
  concurrent integer not null,
  valid_from text not null,
  valid_to text
);
create index staff_assignment_staff on staff_assignment (staff);
create index staff_assignment_section on staff_assignment (section);

create table staff_delegation (
  id integer primary key,
  principal integer not null references staff_member (id),
  delegate integer not null references staff_member (id),
  kind text not null,
  reason text not null,
  valid_from text not null,
  valid_to text
);
create index staff_delegation_principal on staff_delegation (principal);
create index staff_delegation_delegate on staff_delegation (delegate);

create table staff_absence (
  id integer primary key,
  staff integer not null references staff_member (id),
  reason text not null,
  valid_from text not null,
  valid_to text not null
);
create index staff_absence_staff on staff_absence (staff);

-- One row: moves with every change of rights, so that caches know.
create table section_rights_epoch (
  id integer primary key,
  value integer not null
);
insert into section_rights_epoch (id, value) values (1, 1);

-- A file of transfers that waits for somebody to read its differences.
create table staff_transfer (
  id integer primary key,
  public_id text not null unique,
  csv text not null,
  actor text not null,
  entered_at integer not null,
  carried_at integer
);
