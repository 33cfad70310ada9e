-- One row: how often the tree of projects was changed. Whoever changes it takes the row first, so that two who move projects at the same time make no ring.
CREATE TABLE project_tree (
    number BIGINT NOT NULL
);
INSERT INTO project_tree (number) VALUES (0);
