-- Calls of models beside the road (titles, summaries, choices), for the same sums as "attempts". They hold no text and belong to no turn.
CREATE TABLE side_calls (
    id               TEXT   NOT NULL PRIMARY KEY,
    kind             TEXT   NOT NULL,       -- title, summary, tools, rules
    created_at       BIGINT NOT NULL,       -- ms since 1970
    key              TEXT,
    project          TEXT,
    prompt_key       TEXT,
    model            TEXT   NOT NULL,
    input_tokens     BIGINT,
    cached_tokens    BIGINT,
    output_tokens    BIGINT,
    reasoning_tokens BIGINT,
    estimated        BIGINT,                -- 1 when the provider reported nothing
    cost             BIGINT,                -- in 10^-12 of the currency; null when the price is unknown
    currency         TEXT,
    milliseconds     DOUBLE PRECISION NOT NULL
);
CREATE INDEX side_calls_by_time ON side_calls (created_at);
