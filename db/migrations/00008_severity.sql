-- Lines of logs have a severity; what is kept for one limit goes under a ratchet of its own.
-- +goose Up
ALTER TABLE entry ADD COLUMN severity TEXT NOT NULL DEFAULT '';
ALTER TABLE receipt ADD COLUMN severity TEXT NOT NULL DEFAULT '';
CREATE INDEX entry_severity ON entry (scope, class, severity, at);
