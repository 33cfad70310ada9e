-- Times are Unix milliseconds. Columns hold what SQL asks for; "json" holds the whole object as the native API shows it, so that a new
-- member needs no migration.

-- What prompts say, once for each content: versions, conversations and turns refer to it by hash.
CREATE TABLE prompt_contents (
    hash TEXT NOT NULL PRIMARY KEY,
    json TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE prompts (
    key      TEXT   NOT NULL PRIMARY KEY,
    id       TEXT   NOT NULL UNIQUE,
    newest   BIGINT NOT NULL,               -- number of the newest version
    saved_at BIGINT NOT NULL                -- when the newest version was saved
);
CREATE INDEX prompts_by_time ON prompts (saved_at, key);

-- Every id that finds a prompt: its own and those it had elsewhere.
CREATE TABLE prompt_ids (
    id  TEXT NOT NULL PRIMARY KEY,
    key TEXT NOT NULL REFERENCES prompts (key) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE prompt_versions (
    key        TEXT   NOT NULL REFERENCES prompts (key) ON DELETE CASCADE,
    version    BIGINT NOT NULL,
    hash       TEXT   NOT NULL REFERENCES prompt_contents (hash),
    created_at BIGINT NOT NULL,
    author     TEXT,
    note       TEXT,
    search     TEXT   NOT NULL,             -- key, title and description in lower case
    tags       TEXT   NOT NULL,             -- in lower case, a line feed before and after each
    PRIMARY KEY (key, version)
);

CREATE TABLE prompt_labels (
    key     TEXT   NOT NULL,
    label   TEXT   NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (key, label),
    FOREIGN KEY (key, version) REFERENCES prompt_versions (key, version) ON DELETE CASCADE
);

CREATE TABLE conversations (
    id             TEXT   NOT NULL PRIMARY KEY,
    head           TEXT,                    -- newest turn of the shown branch
    prompt_hash    TEXT REFERENCES prompt_contents (hash),
    prompt_key     TEXT,
    prompt_id      TEXT,
    prompt_version BIGINT,
    updated_at     BIGINT NOT NULL,
    search         TEXT   NOT NULL,         -- the title in lower case
    json           TEXT   NOT NULL          -- all but the prompt
);
CREATE INDEX conversations_by_time ON conversations (updated_at, id);
CREATE INDEX conversations_by_head ON conversations (head);

-- A turn may outlive its conversation when another one was forked from it.
CREATE TABLE turns (
    id              TEXT   NOT NULL PRIMARY KEY,
    conversation    TEXT   NOT NULL,
    parent          TEXT,
    status          TEXT   NOT NULL,
    model           TEXT   NOT NULL,
    prompt_key      TEXT,
    prompt_version  BIGINT,
    prompt_hash     TEXT,
    created_at      BIGINT NOT NULL,
    ended_at        BIGINT,                 -- null while it runs
    idempotency_key TEXT UNIQUE,
    request_hash    TEXT,
    json            TEXT   NOT NULL
);
CREATE INDEX turns_by_conversation ON turns (conversation, created_at);
CREATE INDEX turns_by_parent ON turns (parent);
CREATE INDEX turns_by_time ON turns (created_at);

-- Large and seldom read: what was sent to the model, and the road of the turn.
CREATE TABLE turn_details (
    turn    TEXT NOT NULL PRIMARY KEY REFERENCES turns (id) ON DELETE CASCADE,
    request BLOB NOT NULL,
    trace   BLOB NOT NULL
);

-- The running turns: who runs each, until when that holds, and the end of its log. Text is gathered in "data" and moves to the events in larger
-- pieces, so that a thousand streams do not touch a thousand pages with each commit.
CREATE TABLE running (
    turn  TEXT   NOT NULL PRIMARY KEY REFERENCES turns (id) ON DELETE CASCADE,
    node  TEXT   NOT NULL,
    until BIGINT NOT NULL,
    last  BIGINT NOT NULL,                  -- number of the log's last event
    first BIGINT,                           -- these as in events; null when no text is gathered
    type  TEXT,
    at    BIGINT,
    data  TEXT
) WITHOUT ROWID;

-- One row for each request to a provider, for sums.
CREATE TABLE attempts (
    turn                TEXT   NOT NULL REFERENCES turns (id) ON DELETE CASCADE,
    number              BIGINT NOT NULL,    -- in the turn, from 1
    step                BIGINT NOT NULL,
    attempt             BIGINT NOT NULL,
    model               TEXT   NOT NULL,
    provider_request_id TEXT,
    status              TEXT   NOT NULL,
    input_tokens        BIGINT,
    cached_tokens       BIGINT,
    output_tokens       BIGINT,
    reasoning_tokens    BIGINT,
    estimated           BIGINT,             -- 1 when the provider reported nothing
    cost                BIGINT,             -- in 10^-12 of the currency; null when the price is unknown
    currency            TEXT,
    error               TEXT,               -- code
    milliseconds        DOUBLE PRECISION NOT NULL,
    time_to_first_token DOUBLE PRECISION,
    PRIMARY KEY (turn, number)
);

-- The log, but for what "running" still gathers. A row is one event, or a run of deltas of one block; "data" is JSON.
CREATE TABLE events (
    turn  TEXT   NOT NULL,
    last  BIGINT NOT NULL,                  -- number of the row's last event
    first BIGINT NOT NULL,                  -- number of the row's first event
    type  TEXT   NOT NULL,
    at    BIGINT NOT NULL,                  -- time of the first event
    data  TEXT   NOT NULL,
    PRIMARY KEY (turn, last)
) WITHOUT ROWID;
