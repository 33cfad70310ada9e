-- As 0107_names_and_owners, with what PostgreSQL has for reading JSON.
CREATE TABLE secret_names (name TEXT NOT NULL PRIMARY KEY);
-- As in 0052, what PostgreSQL cannot unescape is none of the names and flags that are read.
INSERT INTO secret_names (name)
SELECT DISTINCT variable.value ->> 'name' FROM (SELECT hash, CAST(regexp_replace(json, '\\u0000|\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}', '\\ufffd', 'g') AS JSON) AS json FROM prompt_contents) c
CROSS JOIN LATERAL json_array_elements(CASE WHEN json_typeof(c.json -> 'variables') = 'array' THEN c.json -> 'variables' ELSE '[]' END) variable
WHERE variable.value ->> 'secret' = 'true' AND EXISTS (SELECT 1 FROM prompt_versions v WHERE v.hash = c.hash);

-- What the native API kept for nobody in particular belongs to the key that used it first, where that is known.
UPDATE external_ids SET owner = (SELECT t.access_key FROM turns t WHERE t.conversation = external_ids.target AND t.access_key IS NOT NULL ORDER BY t.created_at, t.id LIMIT 1)
WHERE owner = '' AND kind = 'conversation' AND EXISTS (SELECT 1 FROM turns t WHERE t.conversation = external_ids.target AND t.access_key IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM external_ids other WHERE other.kind = external_ids.kind AND other.id = external_ids.id AND other.owner <> '');
UPDATE external_ids SET owner = (SELECT t.access_key FROM turns t WHERE t.id = external_ids.target)
WHERE owner = '' AND kind <> 'conversation' AND EXISTS (SELECT 1 FROM turns t WHERE t.id = external_ids.target AND t.access_key IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM external_ids other WHERE other.kind = external_ids.kind AND other.id = external_ids.id AND other.owner <> '');
