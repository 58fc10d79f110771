-- Instances of Data Center apps, on customers' own hosts.
-- +goose Up

-- A code with which one host enrols, once; server is the host it was made for, or empty.
CREATE TABLE enrolment (
    id      TEXT PRIMARY KEY,
    app     TEXT NOT NULL,
    server  TEXT NOT NULL,
    hash    BYTEA NOT NULL UNIQUE,
    expires BIGINT NOT NULL
);
CREATE INDEX enrolment_expires ON enrolment (expires);

-- The key of a host where the app is installed; it goes at the uninstall.
CREATE TABLE instance (
    id           TEXT PRIMARY KEY,
    app          TEXT NOT NULL,
    server       TEXT NOT NULL,
    installation TEXT NOT NULL,
    hash         BYTEA NOT NULL UNIQUE,
    created      BIGINT NOT NULL,
    UNIQUE (app, server)
);
CREATE INDEX instance_installation ON instance (installation);
