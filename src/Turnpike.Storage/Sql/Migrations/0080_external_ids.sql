-- Ids that clients made, within the key that used them.
CREATE TABLE external_ids (
    owner  TEXT NOT NULL,
    kind   TEXT NOT NULL,                   -- conversation, message, run
    id     TEXT NOT NULL,
    target TEXT NOT NULL,
    PRIMARY KEY (owner, kind, id)
) WITHOUT ROWID;
