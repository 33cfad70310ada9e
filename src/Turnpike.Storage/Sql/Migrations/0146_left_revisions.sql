-- How far the revisions of those that are gone had come, by what they were: what is made anew under a name counts on from there, so that a revision read before never fits it.
CREATE TABLE left_revisions (
    kind   TEXT   NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL
);
