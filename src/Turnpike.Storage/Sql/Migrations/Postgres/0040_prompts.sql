-- As 0040_prompts, with what PostgreSQL has for searching words.
ALTER TABLE prompts ADD COLUMN archived_at BIGINT;
CREATE SEQUENCE prompt_search_ids;
ALTER TABLE prompts ADD COLUMN search_id BIGINT NOT NULL DEFAULT nextval('prompt_search_ids');
ALTER SEQUENCE prompt_search_ids OWNED BY prompts.search_id;
ALTER TABLE prompt_labels ADD COLUMN protected BIGINT NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX prompts_by_search ON prompts (search_id);

CREATE TABLE prompt_drafts (
    key      TEXT   NOT NULL PRIMARY KEY,
    revision BIGINT NOT NULL,
    based_on BIGINT NOT NULL,
    json     TEXT   NOT NULL,
    saved_at BIGINT NOT NULL,
    author   TEXT
);

CREATE TABLE prompt_search (id BIGINT NOT NULL PRIMARY KEY, words TSVECTOR NOT NULL);
CREATE INDEX prompt_search_by_word ON prompt_search USING gin (words);
INSERT INTO prompt_search (id, words) SELECT p.search_id, to_tsvector('simple', v.search) FROM prompts p JOIN prompt_versions v ON v.key = p.key AND v.version = p.newest;

CREATE INDEX turns_by_prompt ON turns (prompt_key, created_at, id);
