-- What the log says of cases, as rows that can be counted. Everything here is derived from the log and nothing else:
-- the tables may be emptied at any time (cursor 0) and fill again to the same rows.
create table insight_cursor (
  id integer not null primary key,
  sequence integer not null,
  reading integer not null,
  pack text not null,
  at integer not null
);

create table insight_case (
  case_id text not null primary key,
  number text not null,
  procedure text not null,
  pack text not null,
  channel text not null,
  section text not null,
  submitted_at integer not null,
  submitted_on text not null,
  decided_at integer,
  decided_on text not null,
  outcome text not null,
  departed integer not null,
  asked integer not null,
  returned integer not null,
  closed_at integer
);
create index insight_case_submitted on insight_case (submitted_on, case_id);
create index insight_case_decided on insight_case (decided_on);

-- One stay of a case in a step. Minutes are of open offices; an open stay has none yet.
create table insight_interval (
  case_id text not null,
  place integer not null,
  step text not null,
  offered_at integer not null,
  taken_at integer,
  ended_at integer,
  verb text not null,
  to_step text not null,
  reason text not null,
  waiting_minutes integer not null,
  working_minutes integer not null,
  primary key (case_id, place)
);
create index insight_interval_step on insight_interval (step, verb, to_step, case_id);

-- One stamp of an approval route: how long the line waited for its rank.
create table insight_stamp (
  sequence integer not null primary key,
  case_id text not null,
  kind text not null,
  rank text not null,
  waiting_since integer not null,
  stamped_at integer not null,
  minutes integer not null
);
create index insight_stamp_case on insight_stamp (case_id);
create index insight_stamp_rank on insight_stamp (rank, case_id);
