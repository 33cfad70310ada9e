-- Prompts are put away, labels are protected, drafts stand apart from versions.
ALTER TABLE prompts ADD COLUMN archived_at BIGINT;
ALTER TABLE prompts ADD COLUMN search_id BIGINT;
ALTER TABLE prompt_labels ADD COLUMN protected BIGINT NOT NULL DEFAULT 0;
UPDATE prompts SET search_id = rowid;
CREATE UNIQUE INDEX prompts_by_search ON prompts (search_id);

CREATE TABLE prompt_drafts (
    key      TEXT   NOT NULL PRIMARY KEY,
    revision BIGINT NOT NULL,
    based_on BIGINT NOT NULL,               -- the newest version when it was begun
    json     TEXT   NOT NULL,
    saved_at BIGINT NOT NULL,
    author   TEXT
);

-- The words of each prompt's default version, folded by the program; the row's number is the prompt's search_id.
CREATE VIRTUAL TABLE prompt_search USING fts5 (words, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3');
INSERT INTO prompt_search (rowid, words) SELECT p.search_id, v.search FROM prompts p JOIN prompt_versions v ON v.key = p.key AND v.version = p.newest;

CREATE INDEX turns_by_prompt ON turns (prompt_key, created_at, id);
