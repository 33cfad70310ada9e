-- The names of variables that some version of a prompt declares secret: shared values of these names are shown to nobody, whatever becomes of the prompt.
CREATE TABLE secret_names (name TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;
INSERT INTO secret_names (name)
SELECT DISTINCT json_extract(variable.value, '$.name') FROM prompt_contents c, json_each(c.json, '$.variables') variable
WHERE json_extract(variable.value, '$.secret') = 1 AND EXISTS (SELECT 1 FROM prompt_versions v WHERE v.hash = c.hash);

-- What the native API kept for nobody in particular belongs to the key that used it first, where that is known.
UPDATE external_ids SET owner = (SELECT t.access_key FROM turns t WHERE t.conversation = external_ids.target AND t.access_key IS NOT NULL ORDER BY t.created_at, t.id LIMIT 1)
WHERE owner = '' AND kind = 'conversation' AND EXISTS (SELECT 1 FROM turns t WHERE t.conversation = external_ids.target AND t.access_key IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM external_ids other WHERE other.kind = external_ids.kind AND other.id = external_ids.id AND other.owner <> '');
UPDATE external_ids SET owner = (SELECT t.access_key FROM turns t WHERE t.id = external_ids.target)
WHERE owner = '' AND kind <> 'conversation' AND EXISTS (SELECT 1 FROM turns t WHERE t.id = external_ids.target AND t.access_key IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM external_ids other WHERE other.kind = external_ids.kind AND other.id = external_ids.id AND other.owner <> '');
