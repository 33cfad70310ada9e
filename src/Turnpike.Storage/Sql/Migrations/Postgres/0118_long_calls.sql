-- An index of PostgreSQL takes no more than some 2,700 bytes a row, and ids of calls may be longer: some providers put what they must see again into them.
ALTER TABLE open_calls DROP CONSTRAINT open_calls_pkey;
CREATE UNIQUE INDEX open_calls_by_call ON open_calls (turn, sha256(CAST(replace(call, '\', '\\') AS BYTEA)));
