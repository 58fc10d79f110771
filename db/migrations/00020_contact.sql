-- Contacts that the Marketplace names for a licence.
-- +goose Up

-- Which item holds a contact of a licence, also once it is gone; told is the day of the row that was heeded last, so that an
-- older one brings nobody back.
CREATE TABLE licence_contact (
    entitlement  TEXT NOT NULL,
    kind         TEXT NOT NULL,
    category     TEXT NOT NULL,
    installation TEXT NOT NULL,
    item         TEXT NOT NULL,
    told         BIGINT NOT NULL,
    PRIMARY KEY (entitlement, kind, category, installation)
);
CREATE INDEX licence_contact_installation ON licence_contact (installation);

-- The hash of what of contacts was taken when the Marketplace was asked last; null for nothing.
ALTER TABLE marketplace ADD COLUMN collects BYTEA;
