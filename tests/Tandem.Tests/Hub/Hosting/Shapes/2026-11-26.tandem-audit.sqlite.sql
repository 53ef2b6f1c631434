CREATE TABLE audit_events (seq INTEGER NOT NULL, place INTEGER NOT NULL, at INTEGER NOT NULL, lane INTEGER NOT NULL, patient TEXT, actor TEXT NOT NULL, interaction TEXT NOT NULL, outcome INTEGER NOT NULL, marks INTEGER NOT NULL, body BLOB NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (seq));
CREATE INDEX audit_events_actor_0 ON audit_events (actor, seq);
CREATE INDEX audit_events_marked_0 ON audit_events (seq, marks) WHERE marks <> 0;
CREATE INDEX audit_events_patient_0 ON audit_events (patient, seq) WHERE patient IS NOT NULL;
CREATE TABLE audit_heads (lane BIGINT NOT NULL, place BIGINT NOT NULL, seq BIGINT NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (lane)) WITHOUT ROWID;
CREATE TABLE audit_holds (patient TEXT NOT NULL, reason TEXT NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL, PRIMARY KEY (patient)) WITHOUT ROWID;
CREATE TABLE audit_journals (journal TEXT NOT NULL, number BIGINT NOT NULL, PRIMARY KEY (journal)) WITHOUT ROWID;
CREATE TABLE audit_patients (patient TEXT NOT NULL, seq BIGINT NOT NULL, PRIMARY KEY (patient, seq)) WITHOUT ROWID;
CREATE TABLE audit_roots (number INTEGER NOT NULL, line TEXT NOT NULL, PRIMARY KEY (number));
