-- A case: one matter of the office. Who asked stands in case_party, what was said in case_answer, what happened in the log.
create table office_case (
  id integer not null primary key,
  public_id text not null unique,
  number text not null unique,
  procedure text not null,
  pack_hash text not null,
  channel text not null,
  language text not null,
  step text not null,
  step_since integer not null,
  taken_at integer,
  section text not null,
  owner integer,
  received_on text not null,
  submitted_at integer not null,
  due_on text not null,
  outcome text not null,
  closed integer not null,
  applicant_name text not null,
  applicant_kana text not null,
  applicant_person integer,
  reference text not null,
  account text not null,
  secret_hash text not null,
  key_box blob not null,
  expected text not null,
  version integer not null
);
create index office_case_due on office_case (closed, due_on, id);
create index office_case_section_due on office_case (section, closed, due_on, id);
create index office_case_section_step on office_case (section, closed, step, due_on, id);
create index office_case_owner on office_case (owner, closed, due_on, id);
create index office_case_received on office_case (closed, received_on, id);
create index office_case_person on office_case (applicant_person);

-- Roles of parties in a case: applicant, payer, agent, addressee. Never columns of the case.
create table case_party (
  case_id integer not null references office_case (id),
  role text not null,
  person integer,
  name text not null,
  kana text not null,
  address text not null,
  phone text not null,
  mail text not null,
  mail_consent integer not null,
  primary key (case_id, role)
);

create table case_answer (
  case_id integer not null references office_case (id),
  position integer not null,
  ask text not null,
  value text not null,
  source text not null,
  confirmed_by text not null,
  at integer not null,
  primary key (case_id, ask)
);

create table case_fact (
  case_id integer not null references office_case (id),
  key text not null,
  value text not null,
  by text not null,
  at integer not null,
  primary key (case_id, key)
);

create table case_attachment (
  case_id integer not null references office_case (id),
  blob text not null,
  need text not null,
  bytes integer not null,
  sha256 text not null,
  file_name text not null,
  media_type text not null,
  at integer not null,
  primary key (case_id, blob)
);

create table case_note (
  case_id integer not null references office_case (id),
  serial integer not null,
  author text not null,
  body text not null,
  at integer not null,
  primary key (case_id, serial)
);

create table case_correction (
  id text not null primary key,
  case_id integer not null references office_case (id),
  reasons text not null,
  message text not null,
  due_on text not null,
  asked_by text not null,
  asked_at integer not null,
  answered_at integer
);
create index case_correction_case on case_correction (case_id, asked_at);

create table case_consultation (
  id text not null primary key,
  case_id integer not null references office_case (id),
  section text not null,
  question text not null,
  asked_by text not null,
  asked_at integer not null,
  answer text not null,
  answered_by text not null,
  answered_at integer,
  objected integer not null
);
create index case_consultation_case on case_consultation (case_id, asked_at);

-- The decision as drafted; a new draft replaces the old one, whose events and record hash stay in the log.
create table case_draft (
  case_id integer not null primary key references office_case (id),
  outcome text not null,
  amount_yen integer not null,
  reason text not null,
  departs integer not null,
  depart_code text not null,
  depart_ground text not null,
  record text not null,
  drafted_by text not null,
  drafter integer,
  drafted_at integer not null
);
