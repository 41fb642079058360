-- name: insert_message :run
-- in: direction text, serial int, kind text, key text, payload text, blobs text, refused text, created_at int, done_at int?
insert into exchange_message (direction, serial, kind, key, payload, blobs, refused, created_at, done_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: message_by_key :one
-- in: direction text, kind text, key text
-- out: serial int, refused text
select serial, refused from exchange_message where direction = $1 and kind = $2 and key = $3;

-- name: waiting :all
-- in: direction text, after_serial int, limit int
-- out: serial int, kind text, key text, payload text, blobs text, refused text, created_at int
select serial, kind, key, payload, blobs, refused, created_at from exchange_message
where direction = $1 and done_at is null and serial > $2 order by serial limit $3;

-- name: waiting_one :one
-- in: direction text, serial int
-- out: blobs text
select blobs from exchange_message where direction = $1 and serial = $2 and done_at is null;

-- name: mark_done :run
-- in: direction text, serial int, refused text, done_at int
update exchange_message set done_at = $4, refused = $3, payload = '', blobs = '[]'
where direction = $1 and serial = $2 and done_at is null;

-- name: set_refused :run
-- in: serial int, refused text
update exchange_message set refused = $2 where direction = 'in' and serial = $1 and done_at is null;

-- name: waiting_blob :one
-- in: pattern text
-- out: serial int
select serial from exchange_message where direction = 'out' and done_at is null and blobs like $1 limit 1;

-- name: queue_length :one
-- in: direction text
-- out: messages int, oldest int?
select count(*), min(created_at) from exchange_message where direction = $1 and done_at is null;
