-- One row: how often conversations were deleted or forked. Whoever does either takes the row first, so that each sees what the other needs of the turns that they share.
CREATE TABLE conversation_tree (
    number BIGINT NOT NULL
);
INSERT INTO conversation_tree (number) VALUES (0);
