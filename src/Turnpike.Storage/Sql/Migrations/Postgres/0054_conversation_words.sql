-- PostgreSQL finds words by how they begin without a list of them.
SELECT 1;
