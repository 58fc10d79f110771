-- What the clock showed when, beside the uptime of the machine: one row for each start of a machine.
-- +goose Up
CREATE TABLE pulse (
    boot TEXT NOT NULL PRIMARY KEY,
    wall BIGINT NOT NULL,
    up   BIGINT NOT NULL,
    seen BIGINT NOT NULL
);
