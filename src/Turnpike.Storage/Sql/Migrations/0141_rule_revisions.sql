-- Rules and tags are saved over the revision that was read. Those from before are at the first. A tie between the two is new to both.
ALTER TABLE rules ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;
ALTER TABLE tags ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;

-- One row: how often rules and tags were changed. Whoever changes them takes the row first, so that of two who save over one revision one is kept.
CREATE TABLE rule_book (
    number BIGINT NOT NULL
);
INSERT INTO rule_book (number) VALUES (0);
