-- +goose Up

-- An installation that moves to the server of another realm, on both servers.
CREATE TABLE migration (
    id           TEXT PRIMARY KEY,
    installation TEXT NOT NULL,
    number       BIGINT NOT NULL, -- Atlassian's; 0 where it arrives
    location     TEXT NOT NULL,   -- where to; empty where it arrives
    state        TEXT NOT NULL,
    at           BIGINT NOT NULL, -- of the state
    digest       BYTEA,           -- of what was copied
    UNIQUE (installation, number)
);
