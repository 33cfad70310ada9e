-- Usage is summed by the access key under which a turn began. Turns from before have none.
ALTER TABLE turns ADD COLUMN access_key TEXT;
