-- Personal data reporting: which accounts something is about, and when Atlassian was asked about them.
-- +goose Up

-- account is the account id, sealed, null where an older release stored the row; reported is when Atlassian was last asked,
-- at first since when the account is known; outdated is since when Atlassian says that its data has changed, 0 for not.
ALTER TABLE subject ADD COLUMN account BYTEA;
ALTER TABLE subject ADD COLUMN reported BIGINT NOT NULL DEFAULT 0;
ALTER TABLE subject ADD COLUMN outdated BIGINT NOT NULL DEFAULT 0;
CREATE INDEX subject_reported ON subject (reported);

-- Whom a line of a log names: whom it is about, who did it, or one of them.
ALTER TABLE entry ADD COLUMN subject TEXT NOT NULL DEFAULT '';
ALTER TABLE entry ADD COLUMN second TEXT NOT NULL DEFAULT '';
CREATE INDEX entry_subject ON entry (subject) WHERE subject <> '';
CREATE INDEX entry_second ON entry (second) WHERE second <> '';

-- The base URL of a tenant's product, sealed under the keys of its secret.
ALTER TABLE connect_secret ADD COLUMN base BYTEA;

-- Of each app: the cycle in which Atlassian wants each account reported, when it last answered, when a token to ask with
-- last came, and until when nobody may ask but who is asking.
CREATE TABLE reporting (
    app    TEXT PRIMARY KEY,
    cycle  BIGINT NOT NULL,
    asked  BIGINT NOT NULL,
    called BIGINT NOT NULL,
    until  BIGINT NOT NULL
);
