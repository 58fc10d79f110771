-- Lines lie in a table for each month, so that a month can be dropped whole. On PostgreSQL alone (see db/partition.go).
-- What is there already stays where it is: it is the rest, for which there is no month, and runs out line by line. Whoever
-- serves meanwhile waits while one index is built, about a second for a million lines.
-- +goose Up
ALTER TABLE entry RENAME TO entry_rest;
ALTER INDEX entry_age RENAME TO entry_rest_age;
ALTER INDEX entry_reads RENAME TO entry_rest_reads;
ALTER INDEX entry_severity RENAME TO entry_rest_severity;
ALTER INDEX entry_waits RENAME TO entry_rest_waits;
ALTER INDEX entry_subject RENAME TO entry_rest_subject;
ALTER INDEX entry_second RENAME TO entry_rest_second;
ALTER TABLE entry_rest DROP CONSTRAINT entry_pkey;
ALTER TABLE entry_rest ADD PRIMARY KEY (id, at);

CREATE TABLE entry (LIKE entry_rest INCLUDING DEFAULTS, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE INDEX entry_age ON entry (scope, class, at);
CREATE INDEX entry_reads ON entry (category, purpose, at);
CREATE INDEX entry_severity ON entry (scope, class, severity, at);
CREATE INDEX entry_waits ON entry (scope, class, severity, id) WHERE batch = '';
CREATE INDEX entry_subject ON entry (subject) WHERE subject <> '';
CREATE INDEX entry_second ON entry (second) WHERE second <> '';
ALTER TABLE entry ATTACH PARTITION entry_rest DEFAULT;

-- Makes the table of a month. 1: it stands, or the rest has lines of that month already, and there will be none; 0: somebody
-- is in the way, ask again.
-- +goose StatementBegin
CREATE FUNCTION entry_month(name TEXT, since BIGINT, until BIGINT) RETURNS BIGINT LANGUAGE plpgsql SET lock_timeout = '100ms' AS $$
BEGIN
    IF to_regclass(quote_ident(name)) IS NULL THEN
        EXECUTE format('CREATE TABLE %I (LIKE entry INCLUDING DEFAULTS)', name);
        EXECUTE format('ALTER TABLE entry ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', name, since, until);
    END IF;
    RETURN 1;
EXCEPTION
    WHEN check_violation THEN RETURN 1;
    WHEN lock_not_available OR duplicate_table OR unique_violation THEN RETURN 0;
END $$;
-- +goose StatementEnd

-- Locks a table until the end of the transaction. 0: somebody is in the way, or it is gone; nothing is locked, and the
-- transaction goes on.
-- +goose StatementBegin
CREATE FUNCTION entry_lock(name TEXT, mode TEXT) RETURNS BIGINT LANGUAGE plpgsql SET lock_timeout = '100ms' AS $$
BEGIN
    EXECUTE format('LOCK TABLE %I IN %s MODE', name, mode);
    RETURN 1;
EXCEPTION
    WHEN lock_not_available OR undefined_table THEN RETURN 0;
END $$;
-- +goose StatementEnd
