-- Lists leave out the conversations of which nothing was to be stored: begun by a turn, all their turns forgotten.
ALTER TABLE conversations ADD COLUMN begun_by BIGINT NOT NULL DEFAULT 0; -- 0 somebody, or it is not known; 1 a turn; 2 a turn, and lists leave it out
ALTER TABLE turns ADD COLUMN forgotten BIGINT;                           -- 1 when its content was taken away
DROP INDEX conversations_by_time;
CREATE INDEX conversations_by_time ON conversations (updated_at, id) WHERE begun_by < 2;
