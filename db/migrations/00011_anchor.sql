-- Events of items that somebody has to say, such as the end of a need or of a job.
-- +goose Up

-- at is when the event happened, or where back is 1 was taken back; told is since when that is known. Rows of one item and
-- event are put together in order of at, so that it does not matter in which order they came.
CREATE TABLE anchor (
    item  TEXT NOT NULL,
    event TEXT NOT NULL,
    at    BIGINT NOT NULL,
    back  BIGINT NOT NULL,
    told  BIGINT NOT NULL,
    PRIMARY KEY (item, event, at, back)
);

-- Blind index of the job, ticket or the like whose events are those of all its items.
ALTER TABLE item ADD COLUMN grouped BYTEA;
CREATE INDEX item_grouped ON item (scope, grouped) WHERE grouped IS NOT NULL;
