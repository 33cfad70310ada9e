-- Usage is told by the user of a token: its issuer keeps the names, and an id that is made of them tells nobody anything.
CREATE TABLE token_users (
    key TEXT NOT NULL PRIMARY KEY, -- the id that turns are counted for
    name TEXT NOT NULL
);
