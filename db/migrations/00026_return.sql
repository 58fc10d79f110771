-- An installation that comes back to a server where it was.
-- +goose Up

-- former is the row that stood here as a name for facts, while a copy stands in its place.
ALTER TABLE migration ADD COLUMN former BYTEA;
