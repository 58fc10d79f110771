-- A copy at another server that is called back.
-- +goose Up

-- destroyed is since when something is destroyed here of which a copy may lie at the other server; 0 for nothing.
ALTER TABLE migration ADD COLUMN destroyed BIGINT NOT NULL DEFAULT 0;
