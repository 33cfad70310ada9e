-- The request of each turn, so that it can be made again, and the turn that a fork goes on from.
ALTER TABLE turn_details ADD COLUMN submitted BLOB;
ALTER TABLE conversations ADD COLUMN forked_from TEXT;
CREATE INDEX conversations_by_fork ON conversations (forked_from);
