-- What is reserved for a turn that ended, or never began, without anybody settling it is released after some minutes: for that the organization whose turn it is,
-- and when it was reserved. Rows from before have neither.
ALTER TABLE key_turns ADD COLUMN organization TEXT;
ALTER TABLE key_turns ADD COLUMN reserved_at BIGINT NOT NULL DEFAULT 0; -- ms since 1970

-- Calls whose time has run out are found through the turns that wait, which are few; calls that were handed over stay in this table for good.
DROP INDEX open_calls_by_expiry;
