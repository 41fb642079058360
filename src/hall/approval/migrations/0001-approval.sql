-- A sheet (起案用紙) carries one matter up to its decider; its lines are the stamps in order.
create table approval_sheet (
  id integer not null primary key,
  subject_kind text not null,
  subject_id text not null,
  title text not null,
  procedure text not null,
  section text not null,
  rule text not null,
  drafter integer not null,
  drafter_actor text not null,
  proposed_at integer not null,
  state text not null,
  return_steps text not null,
  parties text not null,
  depart_level integer not null,
  version integer not null
);
create index approval_sheet_subject on approval_sheet (subject_kind, subject_id, id);

create table approval_line (
  sheet integer not null references approval_sheet (id),
  position integer not null,
  kind text not null,
  state text not null,
  rank text not null,
  level integer not null,
  section text not null,
  title text not null,
  holder integer,
  acted integer,
  acted_for integer,
  daiketsu integer not null,
  senketsu integer not null,
  waiting_since integer,
  acted_at integer,
  reviewed_at integer,
  comment text not null,
  primary key (sheet, position)
);
create index approval_line_waiting on approval_line (state, rank, section, waiting_since);
create index approval_line_review on approval_line (holder, daiketsu, reviewed_at);
