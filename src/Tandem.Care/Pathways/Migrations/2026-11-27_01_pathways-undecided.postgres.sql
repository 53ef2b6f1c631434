-- table: pathways_undecided
-- unless: seen
-- A fact that could not be decided could only be tried again, and can be dismissed by a clinician until it is corrected.
ALTER TABLE pathways_undecided ADD COLUMN seen BIGINT;
ALTER TABLE pathways_undecided ADD COLUMN dismissed_at BIGINT;
ALTER TABLE pathways_undecided ADD COLUMN dismissed_by TEXT COLLATE "C";
ALTER TABLE pathways_undecided ADD COLUMN dismissed_name TEXT COLLATE "C";
ALTER TABLE pathways_undecided ADD COLUMN dismissed_why TEXT COLLATE "C";
