-- Tool calls that wait for somebody outside, and what waiting turns need to go on.

CREATE TABLE open_calls (
    turn       TEXT   NOT NULL REFERENCES turns (id) ON DELETE CASCADE,
    call       TEXT   NOT NULL,
    place      BIGINT NOT NULL,             -- in the order of the calls
    expires_at BIGINT,                      -- when it counts as refused
    json       TEXT   NOT NULL,             -- the call
    answer     TEXT,                        -- the first answer; null while it waits
    begun_at   BIGINT,                      -- when the answer was acted on; null: not yet
    result     TEXT,                        -- what came of a call that was handed over and run
    PRIMARY KEY (turn, call)
);
CREATE INDEX open_calls_by_expiry ON open_calls (expires_at) WHERE answer IS NULL;

CREATE TABLE waiting (
    turn TEXT NOT NULL PRIMARY KEY REFERENCES turns (id) ON DELETE CASCADE,
    json TEXT NOT NULL
);
