-- An assignment with a role that gives rights waits here for a second person.
create table staff_assignment_request (
  id integer primary key,
  public_id text not null unique,
  staff integer not null references staff_member (id),
  section integer not null references section (id),
  rank text not null,
  title text not null,
  roles text not null,
  concurrent integer not null,
  valid_from text not null,
  valid_to text,
  asked_by text not null,
  asked_at integer not null,
  ended_by text,
  ended_at integer,
  outcome text not null
);
