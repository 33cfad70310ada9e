-- 1 when somebody asked for the end of the turn; the node that runs it looks here when it was not told.
ALTER TABLE running ADD COLUMN cancelled BIGINT NOT NULL DEFAULT 0;
