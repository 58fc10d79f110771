-- What holds destruction up, although it is due: FORGETTING, brakes. A date says since when it is foreseen.
-- +goose Up
ALTER TABLE due ADD COLUMN since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE receipt ADD COLUMN foreseen BIGINT NOT NULL DEFAULT 1;
CREATE TABLE brake (
    scope    TEXT NOT NULL,
    class    TEXT NOT NULL,
    due      TEXT NOT NULL,
    reason   TEXT NOT NULL,
    since    BIGINT NOT NULL,
    until    BIGINT NOT NULL,
    was      BIGINT NOT NULL,
    PRIMARY KEY (scope, class, due)
);
