-- The organizations beside the default one, each with a database of its own.
CREATE TABLE organizations (
    id TEXT NOT NULL PRIMARY KEY
);
