-- How a fact was found out (paper, inquiry, …) and in the clerk's words where and from whom.
alter table case_fact add column source text not null default '';
alter table case_fact add column note text not null default '';

-- The cases on which a section is asked (協議).
create index case_consultation_open on case_consultation (section, answered_at, case_id);
