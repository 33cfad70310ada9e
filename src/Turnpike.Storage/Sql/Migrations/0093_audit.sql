-- Who did what: appended to, never changed; there is no statement that could.
CREATE TABLE audit_log (
    number BIGINT NOT NULL PRIMARY KEY,
    at     BIGINT NOT NULL,
    json   TEXT   NOT NULL                  -- all but the number
);

-- One row: the number of the last entry.
CREATE TABLE audit_number (
    number BIGINT NOT NULL
);
INSERT INTO audit_number (number) VALUES (0);
