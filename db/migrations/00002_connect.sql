-- Tenants of Atlassian Connect.
-- +goose Up

-- Which installation a clientKey is; forge is the Forge installation that wraps it, issued the instant of the last
-- installed callback that counted: an older one must not bring an older secret back.
CREATE TABLE connect_tenant (
    id           TEXT PRIMARY KEY,
    app          TEXT NOT NULL,
    client       TEXT NOT NULL,
    installation TEXT NOT NULL,
    forge        TEXT NOT NULL,
    issued       BIGINT NOT NULL,
    UNIQUE (app, client)
);
CREATE INDEX connect_tenant_installation ON connect_tenant (installation);
CREATE INDEX connect_tenant_forge ON connect_tenant (app, forge);

-- Shared secrets; until is 0 for the one in use, else the instant up to which tokens under a former one are accepted.
CREATE TABLE connect_secret (
    id       TEXT PRIMARY KEY,
    tenant   TEXT NOT NULL,
    scope    TEXT NOT NULL,
    class    TEXT NOT NULL,
    unit     TEXT NOT NULL,
    until    BIGINT NOT NULL,
    envelope BYTEA NOT NULL
);
CREATE INDEX connect_secret_tenant ON connect_secret (tenant, scope);
CREATE INDEX connect_secret_class ON connect_secret (class);
