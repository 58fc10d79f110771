-- People whose accounts Atlassian calls closed, more of them than anybody could expect: FORGETTING, brakes.
-- +goose Up

-- closing is since when what is about the person waits for somebody to say that it goes, and is closed; 0 for not.
ALTER TABLE subject ADD COLUMN closing BIGINT NOT NULL DEFAULT 0;
CREATE INDEX subject_closing ON subject (scope) WHERE closing > 0;
