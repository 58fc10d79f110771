-- What stands longest, and how fast it goes.
-- +goose Up

-- The oldest item under a key is found without reading the others.
CREATE INDEX item_oldest ON item (class, stored);
DROP INDEX item_class;

-- How many rows the last sweeps deleted in how many microseconds, a sweep counting half as much as the one after it; at is when
-- the last one was over, 0 before any.
CREATE TABLE sweep (
    rows_gone BIGINT NOT NULL,
    took      BIGINT NOT NULL,
    at        BIGINT NOT NULL
);
INSERT INTO sweep (rows_gone, took, at) VALUES (0, 0, 0);
