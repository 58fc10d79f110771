-- Lines of logs, and secrets that are for one host.
-- +goose Up

-- Names of the fields of a line, joined by blanks.
ALTER TABLE entry ADD COLUMN fields TEXT NOT NULL DEFAULT '';

-- Blind index of the only host a secret is for.
ALTER TABLE item ADD COLUMN host BYTEA;
