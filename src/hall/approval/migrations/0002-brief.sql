-- What is to be decided, in the words of the capability whose matter it is, as it was when it was proposed.
alter table approval_sheet add column brief text not null default '';
