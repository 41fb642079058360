-- Statements of the store that read alike on both databases.

-- name: insert_tile :run
-- in: level int, position int, hash blob
insert into log_tile (level, position, hash) values ($1, $2, $3);

-- name: tile :one
-- in: level int, position int
-- out: hash blob
select hash from log_tile where level = $1 and position = $2;

-- name: all_tiles :all
-- out: level int, position int, hash blob
select level, position, hash from log_tile order by level, position;

-- name: insert_checkpoint :run
-- in: size int, note text, at int
insert into log_checkpoint (size, note, at) values ($1, $2, $3) on conflict (size) do nothing;

-- name: last_checkpoint :one
-- out: size int, note text
select size, note from log_checkpoint order by size desc limit 1;

-- name: all_checkpoints :all
-- out: size int, note text
select size, note from log_checkpoint order by size;

-- name: count_objects :one
-- out: rows_found int
select count(*) from log_object;

-- name: note_of_key :one
-- in: key text
-- out: note text
select note from change_key where key = $1;

-- name: sweep_keys :run
-- in: before int
delete from change_key where at < $1;

-- name: enqueue_job :run
-- in: kind text, key text, due int, payload text, now int
insert into job (kind, key, due, attempts, state, payload, lease_until, last_error, changed_at)
values ($1, $2, $3, 0, 'waiting', $4, 0, '', $5) on conflict (kind, key) do nothing;

-- The attempt number guards the mark: a worker whose lease ran out must not end somebody else's attempt.
-- name: finish_job :run
-- in: id int, attempts int, now int
update job set state = 'done', payload = '', last_error = '', changed_at = $3
where id = $1 and attempts = $2 and state = 'leased';

-- name: put_off_job :run
-- in: id int, attempts int, due int, state text, last_error text, now int
update job set state = $4, due = $3, last_error = $5, changed_at = $6
where id = $1 and attempts = $2 and state = 'leased';

-- name: next_due :one
-- in: kinds text
-- out: due int?
select min(case when state = 'leased' then lease_until else due end) from job
where state in ('waiting', 'leased') and kind in (select value from json_each($1));

-- name: dead_jobs :all
-- in: rows int
-- out: id int, kind text, key text, last_error text, attempts int, changed_at int
select id, kind, key, last_error, attempts, changed_at from job where state = 'dead' order by changed_at desc, id limit $1;

-- name: retry_dead_job :run
-- in: id int, now int
update job set state = 'waiting', attempts = 0, due = $2, changed_at = $2 where id = $1 and state = 'dead';

-- name: count_jobs :one
-- in: state text
-- out: jobs int
select count(*) from job where state = $1;

-- name: sweep_jobs :run
-- in: before int
delete from job where state = 'done' and changed_at < $1;

-- name: insert_blob :run
-- in: id text, bytes int, sha256 blob, owner_kind text, owner_id text, at int
insert into store_blob (id, bytes, sha256, owner_kind, owner_id, at) values ($1, $2, $3, $4, $5, $6);

-- name: blob_by_id :one
-- in: id text
-- out: id text, bytes int, sha256 blob
select id, bytes, sha256 from store_blob where id = $1;

-- name: blobs_of_owner :all
-- in: owner_kind text, owner_id text
-- out: id text, bytes int, sha256 blob
select id, bytes, sha256 from store_blob where owner_kind = $1 and owner_id = $2 order by at, id;

-- name: all_blobs :all
-- out: id text
select id from store_blob order by id;

-- name: delete_blob :run
-- in: id text
delete from store_blob where id = $1;

-- name: delete_search_entry :run
-- in: object_kind text, object_id text
delete from search_entry where object_kind = $1 and object_id = $2;
