-- As 0052_search, with what PostgreSQL has for searching words.
ALTER TABLE conversations ADD COLUMN project TEXT;
ALTER TABLE conversations ADD COLUMN pinned BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN starred BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN archived BIGINT NOT NULL DEFAULT 0;
-- PostgreSQL unescapes every string of a JSON text that it reads one member of, and has neither the character 0 nor halves of surrogate pairs.
UPDATE conversations SET project = says.json ->> 'project',
    pinned = CASE WHEN says.json ->> 'pinned' = 'true' THEN 1 ELSE 0 END,
    starred = CASE WHEN says.json ->> 'starred' = 'true' THEN 1 ELSE 0 END,
    archived = CASE WHEN says.json ->> 'archived' = 'true' THEN 1 ELSE 0 END
FROM (SELECT id, CAST(regexp_replace(json, '\\u0000|\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}', '\\ufffd', 'g') AS JSON) AS json FROM conversations) says
WHERE says.id = conversations.id;

CREATE SEQUENCE conversation_search_ids;
ALTER TABLE conversations ADD COLUMN search_id BIGINT NOT NULL DEFAULT nextval('conversation_search_ids');
ALTER SEQUENCE conversation_search_ids OWNED BY conversations.search_id;
CREATE UNIQUE INDEX conversations_by_search ON conversations (search_id);

CREATE TABLE conversation_search (
    conversation BIGINT NOT NULL,
    turn         TEXT   NOT NULL,           -- empty: the title
    words        TSVECTOR NOT NULL,
    PRIMARY KEY (conversation, turn)
);
CREATE INDEX conversation_search_by_turn ON conversation_search (turn);
CREATE INDEX conversation_search_by_word ON conversation_search USING gin (words);
INSERT INTO conversation_search (conversation, turn, words) SELECT search_id, '', to_tsvector('simple', search) FROM conversations WHERE search <> '';
