-- How long a move keeps an installation closed.
-- +goose Up

-- closed is since when nobody reads or writes it, 0 before that and where it arrives.
ALTER TABLE migration ADD COLUMN closed BIGINT NOT NULL DEFAULT 0;
