-- name: insert_document :run
-- in: id text, order_key text, kind text, kind_name text, number text, fiscal_year int, section text, dated text, case_id text, addressee text, case_number text, procedure text, step text, addressee_name text, retention_class text, retain_until text?, pack_version text, template_hash text, content text, stamp text, then_job text, token text, file_key blob, ordered_at int
insert into document (id, order_key, kind, kind_name, number, fiscal_year, section, dated, case_id, addressee,
  case_number, procedure, step, addressee_name, retention_class, retain_until, pack_version, template_hash, content,
  stamp, then_job, token, file_key, state, version, bytes, ordered_at, withdrawn_reason)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
  'ordered', 1, 0, $24, '');

-- name: id_by_order_key :one
-- in: order_key text
-- out: id text
select id from document where order_key = $1;

-- name: document_by_id :one
-- in: id text
-- out: id text, kind text, kind_name text, number text, section text, dated text, case_id text, addressee text, case_number text, procedure text, addressee_name text, retention_class text, retain_until text?, pack_version text, template_hash text, token text, state text, version int, bytes int, sha256 text?, ordered_at int, issued_at int?, withdrawn_at int?, withdrawn_reason text
select id, kind, kind_name, number, section, dated, case_id, addressee, case_number, procedure, addressee_name,
  retention_class, retain_until, pack_version, template_hash, token, state, version, bytes, sha256, ordered_at,
  issued_at, withdrawn_at, withdrawn_reason
from document where id = $1;

-- name: documents_of_case :all
-- in: case_id text
-- out: id text
select id from document where case_id = $1 order by ordered_at, id;

-- name: documents_before :all
-- in: section text, number_prefix text, fiscal_year int, before_at int, before_id text, limit int
-- out: id text
select id from document
where ($1 = '' or section = $1) and ($2 = '' or substr(number, 1, length($2)) = $2) and ($3 = 0 or fiscal_year = $3)
  and (ordered_at < $4 or (ordered_at = $4 and id < $5))
order by ordered_at desc, id desc limit $6;

-- name: making_of :one
-- in: id text
-- out: content text, stamp text, then_job text, file_key blob, step text
select content, stamp, then_job, file_key, step from document where id = $1;

-- name: file_of :one
-- in: id text
-- out: file_id text?, bytes int, sha256 text?, file_key blob, content text
select file_id, bytes, sha256, file_key, content from document where id = $1;

-- name: mark_issued :run
-- in: id text, file_id text, bytes int, sha256 text, issued_at int
update document set state = 'issued', version = version + 1, file_id = $2, bytes = $3, sha256 = $4, issued_at = $5
where id = $1 and state = 'ordered';

-- name: mark_withdrawn :run
-- in: id text, version int, withdrawn_at int, reason text
update document set state = 'withdrawn', version = version + 1, withdrawn_at = $3, withdrawn_reason = $4
where id = $1 and version = $2 and state = 'issued';

-- name: put_verified :run
-- in: token text, kind_name text, number text, dated text, sha256 text, state text, changed_on text
insert into verified_document (token, kind_name, number, dated, sha256, state, changed_on)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (token) do update set state = excluded.state, changed_on = excluded.changed_on
where verified_document.state <> 'withdrawn';

-- name: verified_by_token :one
-- in: token text
-- out: kind_name text, number text, dated text, sha256 text, state text, changed_on text
select kind_name, number, dated, sha256, state, changed_on from verified_document where token = $1;
