-- As 0052_search, with what PostgreSQL has for searching words.
ALTER TABLE conversations ADD COLUMN project TEXT;
ALTER TABLE conversations ADD COLUMN pinned BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN starred BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN archived BIGINT NOT NULL DEFAULT 0;
UPDATE conversations SET project = CAST(json AS JSON) ->> 'project',
    pinned = CASE WHEN CAST(json AS JSON) ->> 'pinned' = 'true' THEN 1 ELSE 0 END,
    starred = CASE WHEN CAST(json AS JSON) ->> 'starred' = 'true' THEN 1 ELSE 0 END,
    archived = CASE WHEN CAST(json AS JSON) ->> 'archived' = 'true' THEN 1 ELSE 0 END;

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
