-- What has to be stored anew, and by when: the instant comes along where an installation moves to another server.
-- +goose Up

-- refresh is when what is from before outdated goes, unless it was stored anew; 0 where nothing has changed.
ALTER TABLE subject ADD COLUMN refresh BIGINT NOT NULL DEFAULT 0;
UPDATE subject SET refresh = COALESCE((SELECT at FROM due WHERE kind = 'reporting.outdated' AND ref = subject.id), 0) WHERE outdated > 0;
