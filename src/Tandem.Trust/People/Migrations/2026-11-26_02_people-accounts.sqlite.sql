-- table: signin_people
-- Who may sign in was one row with one role, and is an account with roles in organisations and places in teams. Nobody is brought over once there are accounts:
-- a hub that was set up anew under a program without this has them. The sessions of that time ended long ago.
CREATE TABLE IF NOT EXISTS people_accounts (id TEXT NOT NULL, display TEXT NOT NULL, login TEXT, home TEXT, active BIGINT NOT NULL, external_id TEXT, given TEXT, family TEXT, changed_at BIGINT NOT NULL, PRIMARY KEY (id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS people_roles (person TEXT NOT NULL, organization TEXT NOT NULL, role TEXT NOT NULL, since BIGINT NOT NULL, until_at BIGINT, PRIMARY KEY (person, organization, role)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS teams_members (team TEXT NOT NULL, person TEXT NOT NULL, since BIGINT NOT NULL, PRIMARY KEY (team, person)) WITHOUT ROWID;
INSERT INTO people_roles (person, organization, role, since, until_at)
SELECT id, COALESCE(REPLACE(organization, 'Organization/', ''), ''), role, 0, NULL FROM signin_people WHERE NOT EXISTS (SELECT 1 FROM people_accounts);
INSERT INTO teams_members (team, person, since)
WITH RECURSIVE part (person, team, rest) AS (
    SELECT id, '', REPLACE(teams, 'CareTeam/', '') || ' ' FROM signin_people WHERE NOT EXISTS (SELECT 1 FROM people_accounts)
    UNION ALL
    SELECT person, SUBSTR(rest, 1, INSTR(rest, ' ') - 1), SUBSTR(rest, INSTR(rest, ' ') + 1) FROM part WHERE rest <> ''
)
SELECT DISTINCT team, person, 0 FROM part WHERE team <> '';
INSERT INTO people_accounts (id, display, login, home, active, external_id, given, family, changed_at)
SELECT id, display, NULL, NULLIF(REPLACE(organization, 'Organization/', ''), ''), active, NULL, NULL, NULL, 0 FROM signin_people WHERE NOT EXISTS (SELECT 1 FROM people_accounts);
DROP TABLE signin_people;
DROP TABLE IF EXISTS signin_sessions;
