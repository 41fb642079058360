-- name: insert_version :run
-- in: hash text, archive text, imported_at int, imported_by text
insert into pack_version (hash, archive, imported_at, imported_by) values ($1, $2, $3, $4) on conflict (hash) do nothing;

-- name: insert_in_force :run
-- in: serial int, valid_from text, hash text
insert into pack_in_force (serial, valid_from, hash) values ($1, $2, $3);

-- name: in_force :one
-- in: day text
-- out: hash text
select hash from pack_in_force where valid_from <= $1 order by valid_from desc, serial desc limit 1;

-- name: archive_of :one
-- in: hash text
-- out: archive text
select archive from pack_version where hash = $1;
