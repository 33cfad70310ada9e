-- SQLite finds ids of calls however long they are.
SELECT 1;
