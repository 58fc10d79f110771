-- Entries by the million: what waits for its batch, and the receipt of a ratchet, are found without reading the others.
-- +goose Up
CREATE INDEX entry_waits ON entry (scope, class, severity, id) WHERE batch = '';
DROP INDEX entry_queue;
CREATE INDEX receipt_class ON receipt (class) WHERE class <> '';
