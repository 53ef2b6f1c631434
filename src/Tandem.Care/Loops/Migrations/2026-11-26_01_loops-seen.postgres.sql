-- table: loops_seen
-- unless: receiver
-- What a person has marked as seen was kept per person and is kept per receiver: what they marked, had climbed to themselves.
ALTER TABLE loops_seen ADD COLUMN receiver TEXT COLLATE "C";
UPDATE loops_seen SET receiver = person;
ALTER TABLE loops_seen ALTER COLUMN receiver SET NOT NULL, DROP CONSTRAINT loops_seen_pkey, ADD PRIMARY KEY (person, receiver);
