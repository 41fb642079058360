-- The log. On SQLite an entry's id is its place.

-- name: insert_entry :run
-- in: id int?, at int, verb text, object_kind text, object_id text, case_id text?, actor text, acting_for text
-- in: post text, rank int, section text, channel text, terminal text, step text, reason_code text, rule_id text
-- in: rule_hash text, rule_row int, refs text, payload text, leaf blob
insert into log_entry (id, at, verb, object_kind, object_id, case_id, actor, acting_for, post, rank, section, channel, terminal, step, reason_code, rule_id, rule_hash, rule_row, refs, payload, leaf)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21);

-- name: insert_object :run
-- only: sqlite
-- in: kind text, object text, entry int
insert into log_object (kind, object, entry) values ($1, $2, $3) on conflict do nothing;

-- name: entries_since :all
-- in: after int, rows int
-- out: sequence int, at int, verb text, object_kind text, object_id text, case_id text?, actor text
-- out: acting_for text, post text, rank int, section text, channel text, terminal text, step text, reason_code text
-- out: rule_id text, rule_hash text, rule_row int, refs text, payload text, leaf blob
select id, at, verb, object_kind, object_id, case_id, actor, acting_for, post, rank, section, channel, terminal, step, reason_code, rule_id, rule_hash, rule_row, refs, payload, leaf from log_entry where id > $1 order by id limit $2;

-- name: entries_of_case :all
-- in: case_id text, after int, rows int
-- out: sequence int, at int, verb text, object_kind text, object_id text, case_id text?, actor text
-- out: acting_for text, post text, rank int, section text, channel text, terminal text, step text, reason_code text
-- out: rule_id text, rule_hash text, rule_row int, refs text, payload text, leaf blob
select e.id, e.at, e.verb, e.object_kind, e.object_id, e.case_id, e.actor, e.acting_for, e.post, e.rank, e.section, e.channel, e.terminal, e.step, e.reason_code, e.rule_id, e.rule_hash, e.rule_row, e.refs, e.payload, e.leaf from log_entry e
where e.case_id = $1 and e.id > $2 order by e.id limit $3;

-- name: entries_of_object :all
-- in: kind text, object text, after int, rows int
-- out: sequence int, at int, verb text, object_kind text, object_id text, case_id text?, actor text
-- out: acting_for text, post text, rank int, section text, channel text, terminal text, step text, reason_code text
-- out: rule_id text, rule_hash text, rule_row int, refs text, payload text, leaf blob
select e.id, e.at, e.verb, e.object_kind, e.object_id, e.case_id, e.actor, e.acting_for, e.post, e.rank, e.section, e.channel, e.terminal, e.step, e.reason_code, e.rule_id, e.rule_hash, e.rule_row, e.refs, e.payload, e.leaf from log_entry e join log_object o on o.entry = e.id
where o.kind = $1 and o.object = $2 and e.id > $3 order by e.id limit $4;

-- name: entries_of_actor :all
-- in: actor text, after int, rows int
-- out: sequence int, at int, verb text, object_kind text, object_id text, case_id text?, actor text
-- out: acting_for text, post text, rank int, section text, channel text, terminal text, step text, reason_code text
-- out: rule_id text, rule_hash text, rule_row int, refs text, payload text, leaf blob
select e.id, e.at, e.verb, e.object_kind, e.object_id, e.case_id, e.actor, e.acting_for, e.post, e.rank, e.section, e.channel, e.terminal, e.step, e.reason_code, e.rule_id, e.rule_hash, e.rule_row, e.refs, e.payload, e.leaf from log_entry e
where e.actor = $1 and e.id > $2 order by e.id limit $3;

-- name: last_sequence :one
-- out: sequence int
select coalesce(max(id), 0) from log_entry;

-- name: leaves :all
-- in: after int, up_to int
-- out: sequence int, leaf blob
select id, leaf from log_entry where id > $1 and id <= $2 order by id;

-- name: object_indexed :one
-- in: kind text, object text, sequence int
-- out: found int
select count(*) from log_object o where o.kind = $1 and o.object = $2 and o.entry = $3;

-- name: unplaced_count :one
-- out: entries int
select 0;

-- name: claim_job :one
-- in: now int, lease_until int, kinds text
-- out: id int, kind text, key text, due int, attempts int, payload text
update job set state = 'leased', lease_until = $2, attempts = attempts + 1, changed_at = $1
where id = (
  select id from job
  where ((state = 'waiting' and due <= $1) or (state = 'leased' and lease_until <= $1))
    and kind in (select value from json_each($3))
  order by due, id limit 1)
returning id, kind, key, due, attempts, payload;

-- A row that gives its own columns back (returning) costs ten times what it costs to write: SQLite opens a table for it.
-- name: insert_search_entry :run
-- only: sqlite
-- in: object_kind text, object_id text, scope text, title text, body text
insert into search_entry (object_kind, object_id, scope, title, body) values ($1, $2, $3, $4, $5);

-- name: update_search_entry :run
-- only: sqlite
-- in: id int, scope text, title text, body text
update search_entry set scope = $2, title = $3, body = $4 where id = $1;

-- name: search_entry_body :one
-- only: sqlite
-- in: object_kind text, object_id text
-- out: id int, body text
select id, body from search_entry where object_kind = $1 and object_id = $2;

-- name: add_words :run
-- only: sqlite
-- in: id int, words text
insert into search_words (rowid, words) values ($1, $2);

-- Behind insert_search_entry.
-- name: add_words_of_new :run
-- only: sqlite
-- in: words text
insert into search_words (rowid, words) values (last_insert_rowid(), $1);

-- An index without content forgets a row only when told its words.
-- name: remove_words :run
-- only: sqlite
-- in: id int, words text
insert into search_words (search_words, rowid, words) values ('delete', $1, $2);

-- name: search_entries :all
-- in: words text, before int, scopes text, kinds text, substrings text, rows int
-- out: id int, object_kind text, object_id text, title text
select e.id, e.object_kind, e.object_id, e.title from search_words w join search_entry e on e.id = w.rowid
where w.search_words match $1 and w.rowid < $2
  and e.scope in (select value from json_each($3))
  and ($4 = '[]' or e.object_kind in (select value from json_each($4)))
  and not exists (select 1 from json_each($5) q where instr(e.body, q.value) = 0)
order by w.rowid desc limit $6;

-- name: keep_key :run
-- only: sqlite
-- in: key text, note text, at int
insert into change_key (key, note, at) values ($1, $2, $3);

-- name: raise_serial :run
-- only: sqlite
-- in: kind text, fiscal_year int
update serial set last = last + 1 where kind = $1 and fiscal_year = $2;

-- name: begin_serial :run
-- only: sqlite
-- in: kind text, fiscal_year int
insert into serial (kind, fiscal_year, last) values ($1, $2, 1);

-- name: last_serial :one
-- only: sqlite
-- in: kind text, fiscal_year int
-- out: last int
select last from serial where kind = $1 and fiscal_year = $2;
