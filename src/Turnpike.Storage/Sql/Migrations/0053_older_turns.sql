-- Turns that ended before 0052 get their words from the program, a few at a time. A row as long as there may be such turns: the id of the last that was looked at.
CREATE TABLE older_turns (position TEXT NOT NULL);
INSERT INTO older_turns (position) SELECT '' WHERE EXISTS (SELECT 1 FROM turns);
