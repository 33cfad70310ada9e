-- Conversations are listed by what they are marked with and found by the words of their titles and turns.
ALTER TABLE conversations ADD COLUMN project TEXT;
ALTER TABLE conversations ADD COLUMN pinned BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN starred BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN archived BIGINT NOT NULL DEFAULT 0;
UPDATE conversations SET project = json_extract(json, '$.project'), pinned = COALESCE(json_extract(json, '$.pinned'), 0), starred = COALESCE(json_extract(json, '$.starred'), 0), archived = COALESCE(json_extract(json, '$.archived'), 0);

ALTER TABLE conversations ADD COLUMN search_id BIGINT;
ALTER TABLE turns ADD COLUMN search_id BIGINT;
UPDATE conversations SET search_id = rowid;
CREATE UNIQUE INDEX conversations_by_search ON conversations (search_id);
CREATE INDEX turns_by_search ON turns (conversation, search_id);

-- A row's number is its conversation's search_id, then twenty bits for the place of the turn; 0 is the title. The words are cut and folded by the program.
CREATE VIRTUAL TABLE conversation_search USING fts5 (words, detail = none, columnsize = 0, tokenize = 'ascii', prefix = '2 3');
INSERT INTO conversation_search (rowid, words) SELECT search_id << 20, search FROM conversations WHERE search <> '';
