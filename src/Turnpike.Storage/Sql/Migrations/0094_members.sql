-- Who the members of projects are. A project that was deleted keeps its own, for what it left behind.
CREATE TABLE project_members (
    project TEXT   NOT NULL,
    member  TEXT   NOT NULL,
    role    BIGINT NOT NULL,                -- 1 viewer, 2 runner, 3 editor, 4 owner
    PRIMARY KEY (project, member)
) WITHOUT ROWID;

-- What belongs to a project and does not say so itself: prompts by their key, rules and files by their id.
CREATE TABLE project_things (
    kind    TEXT NOT NULL,
    id      TEXT NOT NULL,
    project TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE INDEX project_things_by_project ON project_things (project, kind, id);
