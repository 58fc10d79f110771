-- Whether installations are still there, and what only a person can say.
-- +goose Up

-- Since when a person is asked about the installation; 0 while nobody is.
ALTER TABLE installation ADD COLUMN questioned BIGINT NOT NULL DEFAULT 0;

-- What was asked, and when it was settled; 0 while it is open.
CREATE TABLE question (
    installation TEXT NOT NULL,
    why          TEXT NOT NULL,
    asked        BIGINT NOT NULL,
    settled      BIGINT NOT NULL,
    PRIMARY KEY (installation, why)
);
CREATE INDEX question_open ON question (asked) WHERE settled = 0;

-- Which environment of an app it is, in Atlassian's words; empty until a token says it.
ALTER TABLE installation ADD COLUMN kind TEXT NOT NULL DEFAULT '';

-- Where an installation is beside its own site: an app may be in several products at once.
CREATE TABLE context (
    installation TEXT NOT NULL,
    site         TEXT NOT NULL,
    PRIMARY KEY (installation, site)
);
CREATE INDEX context_site ON context (site);

-- The hash of the address at which a tenant of Connect was last: another tenant there may be a site that was imported.
ALTER TABLE connect_tenant ADD COLUMN address BYTEA;
CREATE INDEX connect_tenant_address ON connect_tenant (app, address);

-- What the Marketplace said last of a licence; ends and updated are days.
CREATE TABLE licence (
    entitlement  TEXT PRIMARY KEY,
    installation TEXT NOT NULL,
    status       TEXT NOT NULL,
    ends         BIGINT NOT NULL,
    updated      BIGINT NOT NULL
);
CREATE INDEX licence_installation ON licence (installation);

-- When the Marketplace was asked last; 0 for never.
CREATE TABLE marketplace (
    asked BIGINT NOT NULL
);
INSERT INTO marketplace (asked) VALUES (0);

-- Installations of before are listened for from now on.
INSERT INTO due (kind, ref, at, next_try, attempts, fence, lease_until)
    SELECT 'installation.silence', id, seen, seen, 0, 1, 0 FROM installation WHERE state <> 'erased';
