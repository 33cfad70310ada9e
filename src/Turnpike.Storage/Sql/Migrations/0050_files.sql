-- Bytes are kept once, by SHA-256, beside the database. "content_refs" says who needs them: a file, a turn or a conversation, by its id.
CREATE TABLE contents (
    hash    TEXT   NOT NULL PRIMARY KEY,
    size    BIGINT NOT NULL,
    kept_at BIGINT NOT NULL                 -- when somebody last brought these bytes
);
CREATE INDEX contents_by_time ON contents (kept_at);

CREATE TABLE content_refs (
    owner TEXT NOT NULL,
    hash  TEXT NOT NULL,
    PRIMARY KEY (owner, hash)
);
CREATE INDEX content_refs_by_hash ON content_refs (hash);

CREATE TABLE files (
    id         TEXT   NOT NULL PRIMARY KEY,
    purpose    TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    json       TEXT   NOT NULL
);
CREATE INDEX files_by_time ON files (created_at, id);
CREATE INDEX files_by_end ON files (expires_at) WHERE expires_at IS NOT NULL;
