-- Most turns have no stored prompt, and the first of a conversation no parent: what is not there needs no place in an index.
DROP INDEX turns_by_parent;
CREATE INDEX turns_by_parent ON turns (parent) WHERE parent IS NOT NULL;
DROP INDEX turns_by_prompt;
CREATE INDEX turns_by_prompt ON turns (prompt_key, created_at, id) WHERE prompt_key IS NOT NULL;
DROP INDEX conversations_by_fork;
CREATE INDEX conversations_by_fork ON conversations (forked_from) WHERE forked_from IS NOT NULL;
