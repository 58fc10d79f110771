-- An installation that is being handed over, and the way back from where it has come to.
-- +goose Up

-- handover is until when the other server may be hearing that it has the installation now; 0 for never.
ALTER TABLE migration ADD COLUMN handover BIGINT NOT NULL DEFAULT 0;
-- asked is, of an arrival or a way back, the number of Atlassian's by which it came; 0 for an unknown one.
ALTER TABLE migration ADD COLUMN asked BIGINT NOT NULL DEFAULT 0;
