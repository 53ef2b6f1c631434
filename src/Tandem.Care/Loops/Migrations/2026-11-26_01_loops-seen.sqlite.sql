-- table: loops_seen
-- unless: receiver
-- What a person has marked as seen was kept per person and is kept per receiver: what they marked, had climbed to themselves.
ALTER TABLE loops_seen RENAME TO loops_seen_before;
CREATE TABLE loops_seen (person TEXT NOT NULL, receiver TEXT NOT NULL, until_at BIGINT NOT NULL, PRIMARY KEY (person, receiver)) WITHOUT ROWID;
INSERT INTO loops_seen (person, receiver, until_at) SELECT person, person, until_at FROM loops_seen_before;
DROP TABLE loops_seen_before;
