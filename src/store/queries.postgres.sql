-- The log. On PostgreSQL an entry gets its place from the sequencer; the index of objects is written in the same trip.

-- name: insert_entry :run
-- in: id int?, at int, verb text, object_kind text, object_id text, case_id text?, actor text, acting_for text
-- in: post text, rank int, section text, channel text, terminal text, step text, reason_code text, rule_id text
-- in: rule_hash text, rule_row int, refs text, payload text, leaf blob
with e as (
  insert into log_entry (id, at, verb, object_kind, object_id, case_id, actor, acting_for, post, rank, section, channel, terminal, step, reason_code, rule_id, rule_hash, rule_row, refs, payload, leaf)
  values (coalesce($1, nextval(pg_get_serial_sequence('log_entry', 'id'))), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
  returning id
)
insert into log_object (kind, object, entry)
select cast($4 as text), cast($5 as text), e.id from e
union select r ->> 'kind', r ->> 'id', e.id from e, jsonb_array_elements(cast($19 as jsonb)) r;

-- name: entries_since :all
-- in: after int, rows int
-- out: sequence int, at int, verb text, object_kind text, object_id text, case_id text?, actor text
-- out: acting_for text, post text, rank int, section text, channel text, terminal text, step text, reason_code text
-- out: rule_id text, rule_hash text, rule_row int, refs text, payload text, leaf blob
select p.sequence, e.at, e.verb, e.object_kind, e.object_id, e.case_id, e.actor, e.acting_for, e.post, e.rank, e.section, e.channel, e.terminal, e.step, e.reason_code, e.rule_id, e.rule_hash, e.rule_row, e.refs, e.payload, e.leaf from log_place p join log_entry e on e.id = p.entry
where p.sequence > $1 order by p.sequence limit $2;

-- name: entries_of_case :all
-- in: case_id text, after int, rows int
-- out: sequence int, at int, verb text, object_kind text, object_id text, case_id text?, actor text
-- out: acting_for text, post text, rank int, section text, channel text, terminal text, step text, reason_code text
-- out: rule_id text, rule_hash text, rule_row int, refs text, payload text, leaf blob
select coalesce(p.sequence, 0), e.at, e.verb, e.object_kind, e.object_id, e.case_id, e.actor, e.acting_for, e.post, e.rank, e.section, e.channel, e.terminal, e.step, e.reason_code, e.rule_id, e.rule_hash, e.rule_row, e.refs, e.payload, e.leaf
from log_entry e left join log_place p on p.entry = e.id
where e.case_id = $1 and (p.sequence is null or p.sequence > $2)
order by p.sequence nulls last, e.id limit $3;

-- name: entries_of_object :all
-- in: kind text, object text, after int, rows int
-- out: sequence int, at int, verb text, object_kind text, object_id text, case_id text?, actor text
-- out: acting_for text, post text, rank int, section text, channel text, terminal text, step text, reason_code text
-- out: rule_id text, rule_hash text, rule_row int, refs text, payload text, leaf blob
select coalesce(p.sequence, 0), e.at, e.verb, e.object_kind, e.object_id, e.case_id, e.actor, e.acting_for, e.post, e.rank, e.section, e.channel, e.terminal, e.step, e.reason_code, e.rule_id, e.rule_hash, e.rule_row, e.refs, e.payload, e.leaf
from log_entry e join log_object o on o.entry = e.id left join log_place p on p.entry = e.id
where o.kind = $1 and o.object = $2 and (p.sequence is null or p.sequence > $3)
order by p.sequence nulls last, e.id limit $4;

-- name: entries_of_actor :all
-- in: actor text, after int, rows int
-- out: sequence int, at int, verb text, object_kind text, object_id text, case_id text?, actor text
-- out: acting_for text, post text, rank int, section text, channel text, terminal text, step text, reason_code text
-- out: rule_id text, rule_hash text, rule_row int, refs text, payload text, leaf blob
select coalesce(p.sequence, 0), e.at, e.verb, e.object_kind, e.object_id, e.case_id, e.actor, e.acting_for, e.post, e.rank, e.section, e.channel, e.terminal, e.step, e.reason_code, e.rule_id, e.rule_hash, e.rule_row, e.refs, e.payload, e.leaf
from log_entry e left join log_place p on p.entry = e.id
where e.actor = $1 and (p.sequence is null or p.sequence > $2)
order by p.sequence nulls last, e.id limit $3;

-- name: last_sequence :one
-- out: sequence int
select coalesce(max(sequence), 0) from log_place;

-- name: leaves :all
-- in: after int, up_to int
-- out: sequence int, leaf blob
select p.sequence, e.leaf from log_place p join log_entry e on e.id = p.entry
where p.sequence > $1 and p.sequence <= $2 order by p.sequence;

-- name: object_indexed :one
-- in: kind text, object text, sequence int
-- out: found int
select count(*) from log_object o join log_place p on p.entry = o.entry
where o.kind = $1 and o.object = $2 and p.sequence = $3;

-- The sequencer (one holder of the advisory lock at a time; see place.cpp).

-- name: take_sequencer :one
-- only: postgres
-- in: town int
-- out: taken int
select cast(pg_try_advisory_xact_lock($1) as integer);

-- name: unplaced_entries :all
-- only: postgres
-- in: rows int
-- out: id int, leaf blob
with last as (select e.xid, e.id from log_place p join log_entry e on e.id = p.entry order by p.sequence desc limit 1)
select e.id, e.leaf from log_entry e
where e.xid < pg_snapshot_xmin(pg_current_snapshot())
  and (e.xid, e.id) > (coalesce((select xid from last), '0'), coalesce((select id from last), 0))
order by e.xid, e.id limit $1;

-- name: waiting_entries :one
-- only: postgres
-- out: waiting int
with last as (select e.xid, e.id from log_place p join log_entry e on e.id = p.entry order by p.sequence desc limit 1)
select count(*) from log_entry e
where (e.xid, e.id) > (coalesce((select xid from last), '0'), coalesce((select id from last), 0));

-- name: place_entries :run
-- only: postgres
-- in: first int, ids text
insert into log_place (sequence, entry)
select cast($1 as bigint) + ordinality - 1, cast(value as bigint)
from jsonb_array_elements_text(cast($2 as jsonb)) with ordinality;

-- name: unplaced_count :one
-- out: entries int
select count(*) from log_entry e where not exists (select 1 from log_place p where p.entry = e.id);

-- name: xid_is_ahead :one
-- only: postgres
-- out: ahead int
select count(*) from log_entry where xid >= pg_snapshot_xmax(pg_current_snapshot());

-- name: notify_jobs :one
-- only: postgres
-- in: town text
-- out: done int
select cast(1 as bigint) from (select pg_notify('yakuba_jobs', $1)) n;

-- Claims of jobs step over rows that another worker holds.

-- name: claim_job :one
-- in: now int, lease_until int, kinds text
-- out: id int, kind text, key text, due int, attempts int, payload text
update job set state = 'leased', lease_until = $2, attempts = attempts + 1, changed_at = $1
where id = (
  select id from job
  where ((state = 'waiting' and due <= $1) or (state = 'leased' and lease_until <= $1))
    and kind in (select jsonb_array_elements_text(cast($3 as jsonb)))
  order by due, id limit 1 for update skip locked)
returning id, kind, key, due, attempts, payload;

-- name: index_entry :run
-- only: postgres
-- in: object_kind text, object_id text, scope text, title text, body text, grams text
insert into search_entry (object_kind, object_id, scope, title, body, words)
values ($1, $2, $3, $4, $5,
        (select coalesce(array_to_tsvector(array_agg(value)), cast('' as tsvector))
         from jsonb_array_elements_text(cast($6 as jsonb))))
on conflict (object_kind, object_id)
do update set scope = excluded.scope, title = excluded.title, body = excluded.body, words = excluded.words;

-- name: search_entries :all
-- in: words text, before int, scopes text, kinds text, substrings text, rows int
-- out: id int, object_kind text, object_id text, title text
select e.id, e.object_kind, e.object_id, e.title from search_entry e
where e.words @@ cast($1 as tsquery) and e.id < $2
  and e.scope in (select jsonb_array_elements_text(cast($3 as jsonb)))
  and ($4 = '[]' or e.object_kind in (select jsonb_array_elements_text(cast($4 as jsonb))))
  and not exists (select 1 from jsonb_array_elements_text(cast($5 as jsonb)) q where strpos(e.body, q) = 0)
order by e.id desc limit $6;

-- name: next_due :one
-- in: kinds text
-- out: due int?
select min(case when state = 'leased' then lease_until else due end) from job
where state in ('waiting', 'leased') and kind in (select jsonb_array_elements_text(cast($1 as jsonb)));

-- name: claim_key :run
-- only: postgres
-- in: key text, at int
insert into change_key (key, note, at) values ($1, '', $2) on conflict (key) do nothing;

-- name: set_note :run
-- only: postgres
-- in: key text, note text
update change_key set note = $2 where key = $1;

-- name: next_serial :one
-- only: postgres
-- in: kind text, fiscal_year int
-- out: last int
insert into serial (kind, fiscal_year, last) values ($1, $2, 1)
on conflict (kind, fiscal_year) do update set last = serial.last + 1
returning last;
