-- Licences of installations that Forge does not name.
-- +goose Up

-- The id or number of the licence that a signed callback of Connect or the host itself names; empty where none does. entitled is
-- since when.
ALTER TABLE installation ADD COLUMN entitlement TEXT NOT NULL DEFAULT '';
ALTER TABLE installation ADD COLUMN entitled BIGINT NOT NULL DEFAULT 0;
