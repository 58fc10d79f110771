-- Holds: what is kept beyond its limit, for a reason and until a day.
-- +goose Up

-- sought says under the hold's own key what it is of. While copied is 0 rows behind last are still to be copied. The row
-- goes when the hold ends.
CREATE TABLE hold (
    id       TEXT PRIMARY KEY,
    scope    TEXT NOT NULL,
    category TEXT NOT NULL,
    reason   TEXT NOT NULL,
    promise  TEXT NOT NULL,
    staff    TEXT NOT NULL,
    unit     TEXT NOT NULL,
    since    BIGINT NOT NULL,
    until    BIGINT NOT NULL,
    copied   BIGINT NOT NULL,
    last     TEXT NOT NULL,
    sought   BYTEA NOT NULL
);
CREATE INDEX hold_scope ON hold (scope);

-- A copy of an item or an entry under the key of a hold: whatever becomes of the original, it is there until the hold ends.
CREATE TABLE held (
    hold     TEXT NOT NULL,
    original TEXT NOT NULL,
    version  BIGINT NOT NULL,
    scope    TEXT NOT NULL,
    category TEXT NOT NULL,
    at       BIGINT NOT NULL,
    unit     TEXT NOT NULL,
    envelope BYTEA NOT NULL,
    PRIMARY KEY (hold, original)
);
CREATE INDEX held_scope ON held (scope, category);
CREATE INDEX held_unit ON held (unit);

-- Of what went, how many copies a hold kept.
ALTER TABLE receipt ADD COLUMN held BIGINT NOT NULL DEFAULT 0;
