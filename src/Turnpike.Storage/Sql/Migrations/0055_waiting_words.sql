-- Words that are kept but not in the index yet: it takes many at once far more cheaply than one by one. A search puts in what waits before it looks.
CREATE TABLE waiting_words (id INTEGER PRIMARY KEY, words TEXT NOT NULL);
