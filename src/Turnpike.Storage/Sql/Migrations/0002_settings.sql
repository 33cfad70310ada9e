-- What many conversations share. "place" is where a row stands in lists: the name in lower case, behind it the id where names are not unique.

CREATE TABLE rules (
    id        TEXT   NOT NULL PRIMARY KEY,
    place     TEXT   NOT NULL UNIQUE,
    always_on BIGINT NOT NULL,              -- 1 when every turn has it
    json      TEXT   NOT NULL               -- all but the tags
);
CREATE INDEX rules_always_on ON rules (place) WHERE always_on = 1;

CREATE TABLE tags (
    place TEXT NOT NULL PRIMARY KEY,
    json  TEXT NOT NULL                     -- all but the rules
) WITHOUT ROWID;

CREATE TABLE tag_rules (
    tag  TEXT NOT NULL REFERENCES tags (place) ON DELETE CASCADE,
    rule TEXT NOT NULL REFERENCES rules (id) ON DELETE CASCADE,
    PRIMARY KEY (tag, rule)
) WITHOUT ROWID;
CREATE INDEX tag_rules_by_rule ON tag_rules (rule, tag);

CREATE TABLE projects (
    id     TEXT NOT NULL PRIMARY KEY,
    parent TEXT REFERENCES projects (id),
    place  TEXT NOT NULL UNIQUE,
    json   TEXT NOT NULL                    -- all but the parent
);
CREATE INDEX projects_by_parent ON projects (parent);

CREATE TABLE scoped_variables (
    scope TEXT NOT NULL PRIMARY KEY,
    json  TEXT NOT NULL
) WITHOUT ROWID;
