-- Files are found by their names, compared without case: "called" is the name as the program folds it. A file from before has none and is compared by the program itself.
ALTER TABLE files ADD COLUMN called TEXT;
CREATE INDEX files_by_name ON files (called, created_at, id);
