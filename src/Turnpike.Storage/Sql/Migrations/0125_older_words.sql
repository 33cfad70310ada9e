-- Prompts and titles from before 0040 and 0052 were put into their indexes as they stood there, not cut and folded as the program does it. It gives them their words
-- again, a few at a time. A row for each kind as long as there may be such: the last that was looked at.
CREATE TABLE older_words (kind TEXT NOT NULL PRIMARY KEY, position TEXT NOT NULL);
INSERT INTO older_words (kind, position) SELECT 'prompts', '' WHERE EXISTS (SELECT 1 FROM prompts);
INSERT INTO older_words (kind, position) SELECT 'titles', '' WHERE EXISTS (SELECT 1 FROM conversations WHERE search <> '');
