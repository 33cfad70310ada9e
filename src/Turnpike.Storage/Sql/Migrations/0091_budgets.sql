-- What each key used in each period that it has a limit for: "minute:2026-11-21T10:33", "day:…", "month:…"; "running" counts the turns that run.
CREATE TABLE key_usage (
    key      TEXT   NOT NULL,
    period   TEXT   NOT NULL,
    requests BIGINT NOT NULL,
    tokens   BIGINT NOT NULL,
    cost     BIGINT NOT NULL,               -- in 10^-9 of the currency
    PRIMARY KEY (key, period)
);

-- What was reserved for turns that have not ended.
CREATE TABLE key_turns (
    turn    TEXT   NOT NULL PRIMARY KEY,
    key     TEXT   NOT NULL,
    periods TEXT   NOT NULL,                -- names, a line feed between them
    tokens  BIGINT NOT NULL,
    cost    BIGINT NOT NULL,
    runs    BIGINT NOT NULL                 -- 1 while it holds a place among the running ones
);
