-- The end of paid subscriptions.
-- +goose Up

-- unsubscribed is the end of the subscription, told since when a licence says so (0 where an uninstall alone does), and
-- licensed when the newest token was issued that said something of the licence: an older one moves nothing back.
ALTER TABLE installation ADD COLUMN unsubscribed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE installation ADD COLUMN told BIGINT NOT NULL DEFAULT 0;
ALTER TABLE installation ADD COLUMN licensed BIGINT NOT NULL DEFAULT 0;

-- Uninstalls that were under way before: the subscription ended with them, or with what was paid.
UPDATE installation SET unsubscribed = CASE WHEN paid_until > uninstalled THEN paid_until ELSE uninstalled END WHERE state = 'uninstalled';
