-- --- staff: credentials ------------------------------------------------------------------------------------------------

-- name: credential :one
-- in: staff int
-- out: password_hash text, second_factor blob?, totp_step int, failures int, failed_at int, locked_until int, changed_at int
select password_hash, second_factor, totp_step, failures, failed_at, locked_until, changed_at from staff_credential
where staff = $1;

-- name: credential_put :run
-- in: staff int, password_hash text, second_factor blob?, totp_step int, changed_at int
insert into staff_credential (staff, password_hash, second_factor, totp_step, failures, failed_at, locked_until, changed_at)
values ($1, $2, $3, $4, 0, 0, 0, $5)
on conflict (staff) do update set password_hash = excluded.password_hash, second_factor = excluded.second_factor,
  totp_step = excluded.totp_step, failures = 0, failed_at = 0, locked_until = 0, changed_at = excluded.changed_at;

-- name: credential_password :run
-- in: staff int, password_hash text, changed_at int
update staff_credential set password_hash = $2, changed_at = $3, failures = 0, locked_until = 0 where staff = $1;

-- name: credential_use_step :run
-- in: staff int, totp_step int
update staff_credential set totp_step = $2 where staff = $1 and totp_step < $2;

-- name: credential_succeeded :run
-- in: staff int
update staff_credential set failures = 0, failed_at = 0, locked_until = 0 where staff = $1;

-- name: credential_failed :run
-- in: staff int, failures int, failed_at int, locked_until int
update staff_credential set failures = $2, failed_at = $3, locked_until = $4 where staff = $1;

-- name: credential_delete :run
-- in: staff int
delete from staff_credential where staff = $1;

-- --- staff: passkeys -----------------------------------------------------------------------------------------------------

-- name: passkeys_of :all
-- in: staff int
-- out: id int, public_id text, credential_id text, algorithm int, name text, added_at int, used_at int
select id, public_id, credential_id, algorithm, name, added_at, used_at from staff_passkey where staff = $1 order by id;

-- name: passkey_by_credential :one
-- in: credential_id text
-- out: id int, staff int, algorithm int, public_key blob, sign_count int
select id, staff, algorithm, public_key, sign_count from staff_passkey where credential_id = $1;

-- name: passkey_insert :run
-- in: public_id text, staff int, credential_id text, algorithm int, public_key blob, sign_count int, passkey_name text, added_at int
insert into staff_passkey (public_id, staff, credential_id, algorithm, public_key, sign_count, name, added_at, used_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, 0);

-- name: passkey_used :run
-- in: id int, sign_count int, used_at int
update staff_passkey set sign_count = $2, used_at = $3 where id = $1;

-- name: passkey_delete :run
-- in: public_id text, staff int
delete from staff_passkey where public_id = $1 and staff = $2;

-- name: passkeys_delete :run
-- in: staff int
delete from staff_passkey where staff = $1;

-- name: challenge_use :run
-- in: hash text, used_at int
insert into staff_used_challenge (hash, used_at) values ($1, $2) on conflict (hash) do nothing;

-- name: challenges_forget :run
-- in: before int
delete from staff_used_challenge where used_at < $1;

-- --- staff: enrolment and reset -----------------------------------------------------------------------------------------

-- name: enrolment_insert :run
-- in: public_id text, staff int, second_factor blob, made_by text, made_at int, expires_at int
insert into staff_enrolment (public_id, staff, second_factor, made_by, made_at, expires_at)
values ($1, $2, $3, $4, $5, $6);

-- name: enrolment_by_public_id :one
-- in: public_id text
-- out: id int, staff int, second_factor blob, made_at int, expires_at int, used_at int?
select id, staff, second_factor, made_at, expires_at, used_at from staff_enrolment where public_id = $1;

-- name: enrolment_use :run
-- in: id int, used_at int
update staff_enrolment set used_at = $2 where id = $1 and used_at is null;

-- name: enrolments_withdraw :run
-- in: staff int, used_at int
update staff_enrolment set used_at = $2 where staff = $1 and used_at is null;

-- name: reset_insert :run
-- in: public_id text, staff int, reason text, asked_by int, asked_at int
insert into staff_factor_reset (public_id, staff, reason, asked_by, asked_at, outcome) values ($1, $2, $3, $4, $5, 'open');

-- name: resets_open :all
-- out: id int, public_id text, staff int, reason text, asked_by int, asked_at int
select id, public_id, staff, reason, asked_by, asked_at from staff_factor_reset where outcome = 'open' order by id;

-- name: reset_by_public_id :one
-- in: public_id text
-- out: id int, public_id text, staff int, reason text, asked_by int, asked_at int, outcome text
select id, public_id, staff, reason, asked_by, asked_at, outcome from staff_factor_reset where public_id = $1;

-- name: reset_end :run
-- in: id int, ended_by int, ended_at int, outcome text
update staff_factor_reset set ended_by = $2, ended_at = $3, outcome = $4 where id = $1 and outcome = 'open';

-- --- staff: sessions and attempts ---------------------------------------------------------------------------------------

-- name: staff_session_insert :run
-- in: public_id text, token_hash text, staff int, proof text, at int, agent text, address text
insert into staff_session (public_id, token_hash, staff, proof, created_at, seen_at, proved_at, agent, address)
values ($1, $2, $3, $4, $5, $5, $5, $6, $7);

-- name: staff_session_by_token :one
-- in: token_hash text
-- out: id int, public_id text, who int, proof text, created_at int, seen_at int, proved_at int, agent text, address text
select id, public_id, staff as who, proof, created_at, seen_at, proved_at, agent, address from staff_session
where token_hash = $1;

-- name: staff_sessions_of :all
-- in: staff int
-- out: id int, public_id text, who int, proof text, created_at int, seen_at int, proved_at int, agent text, address text
select id, public_id, staff as who, proof, created_at, seen_at, proved_at, agent, address from staff_session
where staff = $1 order by created_at desc, id desc;

-- name: staff_session_seen :run
-- in: token_hash text, seen_at int
update staff_session set seen_at = $2 where token_hash = $1 and seen_at < $2;

-- name: staff_session_proved :run
-- in: public_id text, proved_at int
update staff_session set proved_at = $2 where public_id = $1;

-- name: staff_session_delete :run
-- in: public_id text, staff int
delete from staff_session where public_id = $1 and staff = $2;

-- name: staff_sessions_delete :run
-- in: staff int
delete from staff_session where staff = $1;

-- name: staff_sessions_expire :run
-- in: seen_before int, created_before int
delete from staff_session where seen_at < $1 or created_at < $2;

-- name: staff_attempt_add :one
-- in: place text, time_window int
-- out: attempts int
insert into staff_attempt (place, time_window, attempts) values ($1, $2, 1)
on conflict (place, time_window) do update set attempts = staff_attempt.attempts + 1 returning attempts;

-- name: staff_attempts :one
-- in: place text, time_window int
-- out: attempts int
select attempts from staff_attempt where place = $1 and time_window = $2;

-- name: staff_attempts_forget :run
-- in: before int
delete from staff_attempt where time_window < $1;

-- --- links, office side ---------------------------------------------------------------------------------------------------

-- name: offer_insert :run
-- in: public_id text, reference text, person int, way text, document text, made_by int, made_at int, expires_at int
insert into link_offer (public_id, reference, person, way, document, made_by, made_at, expires_at, state, account)
values ($1, $2, $3, $4, $5, $6, $7, $8, 'offered', '');

-- name: offer_by_public_id :one
-- in: public_id text
-- out: id int, reference text, person int, way text, document text, made_by int, made_at int, expires_at int, state text, account text
select id, reference, person, way, document, made_by, made_at, expires_at, state, account from link_offer where public_id = $1;

-- name: linked_offers :all
-- out: reference text, person int
select reference, person from link_offer where state = 'linked' order by person, reference;

-- name: offer_by_reference :one
-- in: reference text
-- out: id int, public_id text, person int, state text, account text, expires_at int
select id, public_id, person, state, account, expires_at from link_offer where reference = $1;

-- name: offers_of_person :all
-- in: person int
-- out: id int, public_id text, reference text, way text, document text, made_by int, made_at int, expires_at int, state text, account text
select id, public_id, reference, way, document, made_by, made_at, expires_at, state, account from link_offer
where person = $1 order by id desc;

-- name: offer_linked :run
-- in: id int, account text, ended_at int
update link_offer set state = 'linked', account = $2, ended_at = $3 where id = $1 and state = 'offered';

-- name: offer_end :run
-- in: id int, state text, ended_at int
update link_offer set state = $2, ended_at = $3 where id = $1 and state in ('offered', 'linked');

-- --- accounts, public side ------------------------------------------------------------------------------------------------

-- name: account_insert :one
-- in: public_id text, mail text, mail_folded text, password_hash text, created_at int
-- out: id int
insert into account (public_id, mail, mail_folded, password_hash, totp_step, failures, failed_at, locked_until, level,
  created_at, version) values ($1, $2, $3, $4, 0, 0, 0, 0, 1, $5, 1) returning id;

-- name: account_by_mail :one
-- in: mail_folded text
-- out: id int, public_id text, mail text, password_hash text, second_factor blob?, totp_step int, failures int, failed_at int, locked_until int, level int, reference text?, version int
select id, public_id, mail, password_hash, second_factor, totp_step, failures, failed_at, locked_until, level, reference,
  version from account where mail_folded = $1;

-- name: account_by_id :one
-- in: id int
-- out: id int, public_id text, mail text, password_hash text, second_factor blob?, totp_step int, failures int, failed_at int, locked_until int, level int, reference text?, version int
select id, public_id, mail, password_hash, second_factor, totp_step, failures, failed_at, locked_until, level, reference,
  version from account where id = $1;

-- name: account_by_reference :one
-- in: reference text
-- out: id int, public_id text
select id, public_id from account where reference = $1;

-- name: account_use_step :run
-- in: id int, totp_step int
update account set totp_step = $2 where id = $1 and totp_step < $2;

-- name: account_succeeded :run
-- in: id int
update account set failures = 0, failed_at = 0, locked_until = 0 where id = $1;

-- name: account_failed :run
-- in: id int, failures int, failed_at int, locked_until int
update account set failures = $2, failed_at = $3, locked_until = $4 where id = $1;

-- name: account_password :run
-- in: id int, password_hash text
update account set password_hash = $2, failures = 0, locked_until = 0, version = version + 1 where id = $1;

-- name: account_second_factor :run
-- in: id int, second_factor blob?, totp_step int
update account set second_factor = $2, totp_step = $3, version = version + 1 where id = $1;

-- name: account_link :run
-- in: id int, reference text, linked_at int
update account set level = 2, reference = $2, linked_at = $3, version = version + 1 where id = $1;

-- name: account_unlink :run
-- in: reference text
update account set level = 1, reference = null, linked_at = null, version = version + 1 where reference = $1;

-- name: account_delete :run
-- in: id int
delete from account where id = $1;

-- name: mail_links_delete :run
-- in: mail text
delete from account_mail_link where mail = $1;

-- name: mail_link_insert :run
-- in: public_id text, purpose text, mail text, reader_language text, made_at int, expires_at int
insert into account_mail_link (public_id, purpose, mail, language, made_at, expires_at) values ($1, $2, $3, $4, $5, $6);

-- name: mail_link :one
-- in: public_id text
-- out: id int, purpose text, mail text, language text, made_at int, expires_at int, used_at int?
select id, purpose, mail, language, made_at, expires_at, used_at from account_mail_link where public_id = $1;

-- name: mail_link_use :run
-- in: id int, used_at int
update account_mail_link set used_at = $2 where id = $1 and used_at is null;

-- name: mail_links_forget :run
-- in: before int
delete from account_mail_link where expires_at < $1;

-- name: account_session_insert :run
-- in: public_id text, token_hash text, account int, proof text, at int, agent text, address text
insert into account_session (public_id, token_hash, account, proof, created_at, seen_at, proved_at, agent, address)
values ($1, $2, $3, $4, $5, $5, $5, $6, $7);

-- name: account_session_by_token :one
-- in: token_hash text
-- out: id int, public_id text, who int, proof text, created_at int, seen_at int, proved_at int, agent text, address text
select id, public_id, account as who, proof, created_at, seen_at, proved_at, agent, address from account_session
where token_hash = $1;

-- name: account_sessions_of :all
-- in: account int
-- out: id int, public_id text, who int, proof text, created_at int, seen_at int, proved_at int, agent text, address text
select id, public_id, account as who, proof, created_at, seen_at, proved_at, agent, address from account_session
where account = $1 order by created_at desc, id desc;

-- name: account_session_seen :run
-- in: token_hash text, seen_at int
update account_session set seen_at = $2 where token_hash = $1 and seen_at < $2;

-- name: account_session_delete :run
-- in: public_id text, account int
delete from account_session where public_id = $1 and account = $2;

-- name: account_sessions_delete :run
-- in: account int
delete from account_session where account = $1;

-- name: account_sessions_expire :run
-- in: seen_before int, created_before int
delete from account_session where seen_at < $1 or created_at < $2;

-- name: account_attempt_add :one
-- in: place text, time_window int
-- out: attempts int
insert into account_attempt (place, time_window, attempts) values ($1, $2, 1)
on conflict (place, time_window) do update set attempts = account_attempt.attempts + 1 returning attempts;

-- name: account_attempts :one
-- in: place text, time_window int
-- out: attempts int
select attempts from account_attempt where place = $1 and time_window = $2;

-- name: account_attempts_forget :run
-- in: before int
delete from account_attempt where time_window < $1;

-- name: link_code_insert :run
-- in: code_hash text, reference text, expires_at int
insert into account_link_code (code_hash, reference, expires_at) values ($1, $2, $3) on conflict (code_hash) do nothing;

-- name: link_code :one
-- in: code_hash text
-- out: id int, reference text, expires_at int, used_at int?
select id, reference, expires_at, used_at from account_link_code where code_hash = $1;

-- name: link_code_use :run
-- in: id int, used_at int
update account_link_code set used_at = $2 where id = $1 and used_at is null;

-- name: link_codes_withdraw :run
-- in: reference text, used_at int
update account_link_code set used_at = $2 where reference = $1 and used_at is null;

-- name: released_read_insert :run
-- in: message_key text, reference text, at int, section_name text, purpose text, subject text
insert into account_released_read (message_key, reference, at, section_name, purpose, subject)
values ($1, $2, $3, $4, $5, $6) on conflict (message_key) do nothing;

-- name: released_reads :all
-- in: reference text, before int, rows_max int
-- out: at int, section_name text, purpose text, subject text
select at, section_name, purpose, subject from account_released_read where reference = $1 and at < $2
order by at desc, id desc limit $3;

-- name: released_reads_forget :run
-- in: reference text
delete from account_released_read where reference = $1;

-- name: account_epoch :one
-- out: value int
select value from account_epoch where id = 1;

-- name: account_epoch_bump :run
update account_epoch set value = value + 1 where id = 1;
