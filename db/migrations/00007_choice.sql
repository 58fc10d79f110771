-- What customers choose of retention, within what the policy leaves to them.
-- +goose Up
CREATE TABLE choice (
    scope    TEXT NOT NULL,
    category TEXT NOT NULL,
    anchor   TEXT NOT NULL,
    period   TEXT NOT NULL,
    since    BIGINT NOT NULL,
    PRIMARY KEY (scope, category, anchor)
);
