-- Keys of all organizations; of a secret only its SHA-256 is kept.
CREATE TABLE access_keys (
    id         TEXT   NOT NULL PRIMARY KEY,
    hash       TEXT   NOT NULL UNIQUE,
    old_hash   TEXT,                        -- of the secret before, while that still counts
    old_until  BIGINT,
    created_at BIGINT NOT NULL,
    json       TEXT   NOT NULL
);

-- One row: a number that grows with every change of a key.
CREATE TABLE key_revision (
    number BIGINT NOT NULL
);
INSERT INTO key_revision (number) VALUES (0);
