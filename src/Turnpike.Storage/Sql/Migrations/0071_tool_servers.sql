-- MCP servers whose tools can be offered. "place" is the name in lower case.
CREATE TABLE tool_servers (
    place TEXT NOT NULL PRIMARY KEY,
    json  TEXT NOT NULL
);
