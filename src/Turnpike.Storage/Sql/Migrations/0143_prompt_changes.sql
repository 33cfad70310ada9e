-- Counts the changes of prompts and of their labels: whoever remembers a list of them knows by it whether the list still holds.
CREATE TABLE prompt_changes (changes BIGINT NOT NULL);
INSERT INTO prompt_changes (changes) VALUES (0);
