-- What each prompt must answer, and what came of asking it: the newest report of a version, by the hash of what it says.
CREATE TABLE prompt_tests (
    key      TEXT   NOT NULL PRIMARY KEY,
    revision BIGINT NOT NULL,
    json     TEXT   NOT NULL,
    saved_at BIGINT NOT NULL
);
CREATE TABLE prompt_test_reports (
    key  TEXT NOT NULL REFERENCES prompt_tests (key) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (key, hash)
);
