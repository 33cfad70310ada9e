-- What is deleted takes with it the ids that clients gave it and the prompts that nothing else names; what earlier programs left of both goes now.
DELETE FROM external_ids WHERE NOT EXISTS (SELECT 1 FROM conversations c WHERE c.id = external_ids.target) AND NOT EXISTS (SELECT 1 FROM turns t WHERE t.id = external_ids.target);
CREATE INDEX external_ids_by_target ON external_ids (target);

CREATE INDEX prompt_versions_by_hash ON prompt_versions (hash);
CREATE INDEX conversations_by_prompt_hash ON conversations (prompt_hash) WHERE prompt_hash IS NOT NULL;
CREATE INDEX turns_by_prompt_hash ON turns (prompt_hash) WHERE prompt_hash IS NOT NULL;
DELETE FROM prompt_contents WHERE NOT EXISTS (SELECT 1 FROM prompt_versions v WHERE v.hash = prompt_contents.hash)
    AND NOT EXISTS (SELECT 1 FROM conversations c WHERE c.prompt_hash = prompt_contents.hash) AND NOT EXISTS (SELECT 1 FROM turns t WHERE t.prompt_hash = prompt_contents.hash);
