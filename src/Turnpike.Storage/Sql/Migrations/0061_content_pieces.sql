-- The bytes of contents, where they are not in a folder beside the database.
CREATE TABLE content_pieces (
    hash  TEXT   NOT NULL,
    place BIGINT NOT NULL,                  -- from 0
    data  BLOB   NOT NULL,
    PRIMARY KEY (hash, place)
);
