-- Turns that were made as chat completions and are listed as such.
CREATE TABLE chat_completions (
    turn       TEXT   NOT NULL PRIMARY KEY REFERENCES turns (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    model      TEXT   NOT NULL,
    metadata   TEXT                         -- what the caller noted beside it, as JSON
);
CREATE INDEX chat_completions_by_time ON chat_completions (created_at, turn);
