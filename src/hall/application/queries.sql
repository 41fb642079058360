-- name: insert_draft :run
-- in: id text, procedure text, pack_hash text, language text, account text, resume_hash text, key_box blob, at int
insert into draft (id, procedure, pack_hash, language, account, resume_hash, key_box, answers, created_at, updated_at, number, version)
values ($1, $2, $3, $4, $5, $6, $7, '[]', $8, $8, '', 1);

-- name: draft_by_id :one
-- in: id text
-- out: id text, procedure text, pack_hash text, language text, account text, key_box blob, answers text, created_at int, updated_at int, number text, version int
select id, procedure, pack_hash, language, account, key_box, answers, created_at, updated_at, number, version from draft where id = $1;

-- What may have changed since a draft was read; released: facts of the linked person, empty for none.
-- name: draft_head :one
-- in: id text, reference text
-- out: account text, updated_at int, number text, version int, released text
select d.account, d.updated_at, d.number, d.version,
  coalesce((select r.body from released_facts r where r.reference = $2), '') from draft d where d.id = $1;

-- name: draft_by_resume :one
-- in: resume_hash text
-- out: id text
select id from draft where resume_hash = $1 and number = '';

-- name: drafts_of_account :all
-- in: account text
-- out: id text
select id from draft where account = $1 and number = '' order by updated_at desc limit 50;

-- name: first_draft :one
-- in: procedure text
-- out: id text
select id from draft where procedure = $1 and number = '' order by created_at, id limit 1;

-- name: save_answers :run
-- in: id text, answers text, updated_at int
update draft set answers = $2, updated_at = $3, version = version + 1 where id = $1 and number = '';

-- name: touch_draft :run
-- in: id text
update draft set version = version + 1 where id = $1 and number = '';

-- name: draft_state :one
-- in: id text
-- out: number text, version int
select number, version from draft where id = $1;

-- name: mark_submitted :run
-- in: id text, number text, updated_at int
update draft set number = $2, updated_at = $3, answers = '[]', version = version + 1 where id = $1 and number = '';

-- name: delete_draft :run
-- in: id text
delete from draft where id = $1 and number = '';

-- name: old_drafts :all
-- in: before int
-- out: id text
select id from draft where number = '' and updated_at < $1 order by updated_at limit 100;

-- name: insert_token :run
-- in: hash text, kind text, object text, at int
insert into draft_token (hash, kind, object, created_at) values ($1, $2, $3, $4) on conflict (hash, kind, object) do nothing;

-- name: token :one
-- in: hash text, kind text, object text
-- out: created_at int
select created_at from draft_token where hash = $1 and kind = $2 and object = $3;

-- name: delete_tokens :run
-- in: kind text, object text
delete from draft_token where kind = $1 and object = $2;

-- name: insert_upload :run
-- in: draft text, blob text, need text, bytes int, sha256 text, file_name text, media_type text, at int
insert into draft_upload (draft, blob, need, bytes, sha256, file_name, media_type, at) values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: uploads :all
-- in: draft text
-- out: blob text, need text, bytes int, sha256 text, file_name text, media_type text, at int
select blob, need, bytes, sha256, file_name, media_type, at from draft_upload where draft = $1 order by at, blob;

-- name: delete_upload :run
-- in: draft text, blob text
delete from draft_upload where draft = $1 and blob = $2;

-- name: delete_uploads :run
-- in: draft text
delete from draft_upload where draft = $1;

-- name: put_published :run
-- in: id text, number text, account text, reference text, secret_hash text, body text, serial int
insert into published_case (id, number, account, reference, secret_hash, body, serial) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (id) do update set
  account = case when published_case.secret_hash = '' then excluded.account else published_case.account end, reference = excluded.reference, body = excluded.body, serial = excluded.serial;

-- name: published_by_id :one
-- in: id text
-- out: account text, reference text, body text
select account, reference, body from published_case where id = $1;

-- name: published_by_number :one
-- in: number text
-- out: id text, secret_hash text
select id, secret_hash from published_case where number = $1;

-- name: published_of_account :all
-- in: account text, reference text
-- out: body text
select body from published_case where (account <> '' and account = $1) or (reference <> '' and reference = $2)
order by serial desc limit 100;

-- name: published_ids_of_account :all
-- in: account text
-- out: id text, number text
select id, number from published_case where account = $1 order by serial;

-- name: give_secret :run
-- in: id text, secret_hash text
update published_case set account = '', reference = '', secret_hash = $2 where id = $1;

-- name: forget_released :run
-- in: reference text
delete from released_facts where reference = $1;

-- name: first_published :one
-- in: pattern text
-- out: id text
select id from published_case where body like $1 and account <> '' order by serial limit 1;

-- name: put_released :run
-- in: reference text, as_of text, body text
insert into released_facts (reference, as_of, body) values ($1, $2, $3)
on conflict (reference) do update set as_of = excluded.as_of, body = excluded.body;

-- name: released :one
-- in: reference text
-- out: as_of text, body text
select as_of, body from released_facts where reference = $1;

-- name: count_try :run
-- in: key text, hour int
insert into status_try (key, hour, tries) values ($1, $2, 1) on conflict (key, hour) do update set tries = status_try.tries + 1;

-- name: tries :one
-- in: key text, hour int
-- out: tries int
select tries from status_try where key = $1 and hour = $2;

-- name: forget_tries :run
-- in: hour int
delete from status_try where hour < $1;

-- name: last_draft :one
-- in: procedure text
-- out: id text
select id from draft where procedure = $1 and number = '' order by length(answers) desc, id limit 1;
