-- Counts the changes of prompts and of their labels: whoever remembers a list of them knows by it whether the list still holds. In many parts, so that those who save at the same time seldom meet.
CREATE TABLE prompt_changes (part BIGINT NOT NULL PRIMARY KEY, changes BIGINT NOT NULL);
INSERT INTO prompt_changes (part, changes) WITH RECURSIVE parts (part) AS (SELECT 0 UNION ALL SELECT part + 1 FROM parts WHERE part < 255) SELECT part, 0 FROM parts;
