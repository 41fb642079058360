-- name: insert_notice :run
-- in: id text, request_key text, document text, kind text, kind_name text, number text, case_id text, case_number text, section text, party text, name text, honorific text, postal_code text, address text, mail text, online int, reader_refs text, channel text, issued_at int, reader_language text
insert into notice (id, request_key, document, kind, kind_name, number, case_id, case_number, section, party, name,
  honorific, postal_code, address, mail, online, reader_refs, channel, state, open_key, attempt, version, issued_at,
  bounce_reason, next_act, language)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, 'preparing', 0, 1, 1, $19, '', '', $20);

-- name: id_by_request_key :one
-- in: request_key text
-- out: id text
select id from notice where request_key = $1;

-- name: notice_by_id :one
-- in: id text
-- out: id text, document text, kind text, kind_name text, number text, case_id text, case_number text, section text, party text, name text, honorific text, postal_code text, address text, mail text, online int, reader_refs text, channel text, state text, attempt int, version int, issued_at int, sent_at int?, delivered_at int?, bounced_at int?, posted_on text?, returned_on text?, bounce_reason text, next_act text, language text
select id, document, kind, kind_name, number, case_id, case_number, section, party, name, honorific, postal_code,
  address, mail, online, reader_refs, channel, state, attempt, version, issued_at, sent_at, delivered_at, bounced_at,
  posted_on, returned_on, bounce_reason, next_act, language
from notice where id = $1;

-- name: notices_of_case :all
-- in: case_id text
-- out: id text
select id from notice where case_id = $1 order by issued_at, id;

-- name: notices_after :all
-- in: state text, section text, after_at int, after_id text, limit int
-- out: id text
select id from notice
where ($1 = '' or state = $1) and ($2 = '' or section = $2) and (issued_at > $3 or (issued_at = $3 and id > $4))
order by issued_at, id limit $5;

-- name: open_notices_after :all
-- in: section text, after_at int, after_id text, limit int
-- out: id text
select id from notice
where open_key = 1 and ($1 = '' or section = $1) and (issued_at > $2 or (issued_at = $2 and id > $3))
order by issued_at, id limit $4;

-- name: count_open :one
-- out: count int
select count(*) as count from notice where open_key = 1;

-- name: set_ready :run
-- in: id text, attempt int, state text, open_key int, sent_at int?
update notice set state = $3, open_key = $4, sent_at = $5, version = version + 1
where id = $1 and attempt = $2 and state = 'preparing';

-- name: set_sent_by_mail :run
-- in: id text, attempt int, sent_at int
update notice set state = 'sent', open_key = 0, sent_at = $3, version = version + 1
where id = $1 and attempt = $2 and state = 'sending';

-- name: set_bounced_mail :run
-- in: id text, attempt int, bounced_at int
update notice set state = 'bounced', open_key = 1, bounced_at = $3, bounce_reason = 'mailbox', version = version + 1
where id = $1 and attempt = $2 and state = 'sending';

-- name: set_mail_to_post :run
-- in: id text, attempt int, bounced_at int
update notice set state = 'to_post', open_key = 1, channel = 'post', attempt = attempt + 1, bounced_at = $3,
  bounce_reason = 'mailbox', version = version + 1
where id = $1 and attempt = $2 and state = 'sending';

-- name: set_posted :run
-- in: id text, version int, sent_at int, posted_on text
update notice set state = 'sent', open_key = 0, sent_at = $3, posted_on = $4, version = version + 1
where id = $1 and version = $2 and state = 'to_post';

-- name: set_returned :run
-- in: id text, version int, bounced_at int, returned_on text, reason text, next_act text
update notice set state = 'bounced', open_key = 1, bounced_at = $3, returned_on = $4, bounce_reason = $5,
  next_act = $6, version = version + 1
where id = $1 and version = $2 and state = 'sent';

-- name: set_next_act :run
-- in: id text, version int, next_act text
update notice set next_act = $3, version = version + 1 where id = $1 and version = $2 and state = 'bounced';

-- name: set_delivered :run
-- in: id text, delivered_at int
update notice set state = 'delivered', open_key = 0, delivered_at = $2, version = version + 1
where id = $1 and state in ('sent', 'bounced', 'to_post');

-- name: set_handed_over :run
-- in: id text, version int, delivered_at int
update notice set state = 'delivered', open_key = 0, delivered_at = $3, channel = 'counter', version = version + 1
where id = $1 and version = $2 and state in ('to_post', 'sent', 'bounced');

-- name: set_again :run
-- in: id text, version int, channel text, postal_code text, address text, mail text, online int, reader_refs text
update notice set state = 'preparing', open_key = 0, attempt = attempt + 1, channel = $3, postal_code = $4,
  address = $5, mail = $6, online = $7, reader_refs = $8, sent_at = null, posted_on = null, returned_on = null,
  bounced_at = null, bounce_reason = '', next_act = '', version = version + 1
where id = $1 and version = $2 and state in ('bounced', 'sent', 'to_post');

-- name: put_published :run
-- in: id text, document text, token text, kind_name text, number text, case_id text, party text, dated text, sha256 text, file_id text, bytes int, file_key blob, published_at int
insert into published_notice (id, document, token, kind_name, number, case_id, party, dated, sha256, file_id, bytes, file_key,
  published_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
on conflict (id) do nothing;

-- name: put_reader :run
-- in: reference text, notice text
insert into published_notice_reader (reference, notice) values ($1, $2) on conflict (reference, notice) do nothing;

-- name: published_by_id :one
-- in: id text
-- out: id text, document text, token text, kind_name text, number text, case_id text, party text, dated text, sha256 text, file_id text, bytes int, file_key blob, published_at int, opened_at int?
select id, document, token, kind_name, number, case_id, party, dated, sha256, file_id, bytes, file_key, published_at, opened_at
from published_notice where id = $1;

-- name: published_of_case :all
-- in: case_id text
-- out: id text
select id from published_notice where case_id = $1 order by published_at, id;

-- name: published_of_reader :all
-- in: reference text
-- out: id text
select n.id as id from published_notice_reader r join published_notice n on n.id = r.notice
where r.reference = $1 order by n.published_at, n.id;

-- name: mark_opened :run
-- in: id text, opened_at int
update published_notice set opened_at = $2 where id = $1 and opened_at is null;
