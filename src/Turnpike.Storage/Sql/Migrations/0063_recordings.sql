-- What went to providers and came back, of turns whose provider or prompt asks that it is kept: a row for each attempt.
CREATE TABLE recordings (
    turn     TEXT   NOT NULL REFERENCES turns (id) ON DELETE CASCADE,
    step     BIGINT NOT NULL,
    attempt  BIGINT NOT NULL,
    json     TEXT   NOT NULL,             -- the attempt without its bodies
    request  BLOB   NOT NULL,             -- the body that was sent, Brotli
    response BLOB   NOT NULL,             -- the body that came back, Brotli
    PRIMARY KEY (turn, step, attempt)
);
