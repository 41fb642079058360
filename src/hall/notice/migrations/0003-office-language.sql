-- The language in which the party used the town hall: its mails and the plain version inside the notice are in it.
alter table notice add column language text not null default 'ja';
