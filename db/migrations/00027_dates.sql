-- Dates that releases before this one did not set where an installation arrived from another server.
-- +goose Up

-- What has to be stored anew goes within Atlassian's usual cycle.
UPDATE subject SET refresh = outdated + 604800000000 WHERE outdated > 0 AND refresh = 0;
INSERT INTO due (kind, ref, at, since, next_try, attempts, fence, lease_until)
SELECT 'reporting.outdated', s.id, s.refresh, s.refresh, s.refresh, 0, 1, 0 FROM subject s
WHERE s.outdated > 0
    AND NOT EXISTS (SELECT 1 FROM migration m WHERE m.installation = s.scope AND m.number = 0 AND m.state <> 'arrived')
ON CONFLICT (kind, ref) DO NOTHING;

-- The day at which a ratchet stands goes once it is over and nothing of it is left.
INSERT INTO due (kind, ref, at, since, next_try, attempts, fence, lease_until)
SELECT 'retention.forget', k.scope || '/' || k.class, (k.generation + 1) * 86400000000, (k.generation + 1) * 86400000000, (k.generation + 1) * 86400000000, 0, 1, 0
FROM class_key k WHERE k.kind = 'ratchet'
    AND NOT EXISTS (SELECT 1 FROM migration m WHERE m.installation = k.scope AND m.number = 0 AND m.state <> 'arrived')
ON CONFLICT (kind, ref) DO NOTHING;

-- Former secrets of Connect.
INSERT INTO due (kind, ref, at, since, next_try, attempts, fence, lease_until)
SELECT 'access.former-secret', c.id, c.until, c.until, c.until, 0, 1, 0 FROM connect_secret c
WHERE c.until > 0
    AND NOT EXISTS (SELECT 1 FROM migration m WHERE m.installation = c.scope AND m.number = 0 AND m.state <> 'arrived')
ON CONFLICT (kind, ref) DO NOTHING;

-- The end of what was uninstalled and may have nothing left: where it has, nothing comes of it.
INSERT INTO due (kind, ref, at, since, next_try, attempts, fence, lease_until)
SELECT 'installation.finish', i.id, i.effective, i.effective, i.effective, 0, 1, 0 FROM installation i
WHERE i.state = 'uninstalled'
    AND NOT EXISTS (SELECT 1 FROM migration m WHERE m.installation = i.id AND m.number = 0 AND m.state <> 'arrived')
ON CONFLICT (kind, ref) DO NOTHING;

-- Atlassian is asked about people who came along.
INSERT INTO due (kind, ref, at, since, next_try, attempts, fence, lease_until)
SELECT 'reporting.round', i.app, MAX(i.seen), MAX(i.seen), MAX(i.seen), 0, 1, 0 FROM installation i
WHERE EXISTS (SELECT 1 FROM subject s WHERE s.scope = i.id AND s.reported > 0)
    AND NOT EXISTS (SELECT 1 FROM migration m WHERE m.installation = i.id AND m.number = 0 AND m.state <> 'arrived')
GROUP BY i.app
ON CONFLICT (kind, ref) DO NOTHING;
