-- name: insert_message :run
-- in: direction text, serial int, kind text, key text, payload text, blobs text, created_at int, done_at int?
insert into exchange_message (direction, serial, kind, key, payload, blobs, created_at, done_at)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: message_by_key :one
-- in: direction text, kind text, key text
-- out: serial int
select serial from exchange_message where direction = $1 and kind = $2 and key = $3;

-- name: waiting :all
-- in: limit int
-- out: serial int, kind text, key text, payload text, blobs text
select serial, kind, key, payload, blobs from exchange_message
where direction = 'out' and done_at is null order by serial limit $1;

-- name: mark_done :run
-- in: serial int, done_at int
update exchange_message set done_at = $2, payload = '' where direction = 'out' and serial = $1 and done_at is null;

-- name: waiting_blob :one
-- in: pattern text
-- out: serial int
select serial from exchange_message where direction = 'out' and done_at is null and blobs like $1 limit 1;
