-- PostgreSQL lets new words wait by itself.
SELECT 1;
