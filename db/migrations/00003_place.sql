-- Where servers stand.
-- +goose Up

-- One row for each pair of regions in which a server and its database were seen, as the operator said.
CREATE TABLE node (
    id              TEXT PRIMARY KEY,
    region          TEXT NOT NULL,
    database_region TEXT NOT NULL,
    since           BIGINT NOT NULL,
    seen            BIGINT NOT NULL,
    UNIQUE (region, database_region)
);
