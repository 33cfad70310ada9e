-- The words of the search, in order, so that a program can see which words begin in some way.
CREATE VIRTUAL TABLE conversation_words USING fts5vocab (conversation_search, instance);
