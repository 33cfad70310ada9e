-- Usage is summed by project: that of the turn's conversation when the turn began.
ALTER TABLE turns ADD COLUMN project TEXT;
