-- One text for both engines. Instants are microseconds UTC, ids are made by us, every other text is an enumerated word.
-- +goose Up

-- What happened. leaf_index is null until the sequencer has integrated the fact: that is its queue.
CREATE TABLE fact (
    id         TEXT PRIMARY KEY,
    scope      TEXT NOT NULL,
    ordinal    BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    kind       TEXT NOT NULL,
    category   TEXT NOT NULL,
    blind      BYTEA,
    body       BYTEA,
    leaf       BYTEA NOT NULL,
    leaf_index BIGINT,
    UNIQUE (scope, ordinal)
);
CREATE UNIQUE INDEX fact_leaf_index ON fact (leaf_index);
CREATE INDEX fact_queue ON fact (at) WHERE leaf_index IS NULL;
CREATE INDEX fact_kind ON fact (kind, category, at);

CREATE TABLE fact_count (
    scope TEXT PRIMARY KEY,
    n     BIGINT NOT NULL
);

CREATE TABLE tree_hash (
    idx  BIGINT PRIMARY KEY,
    hash BYTEA NOT NULL
);

CREATE TABLE checkpoint (
    size BIGINT PRIMARY KEY,
    at   BIGINT NOT NULL,
    note BYTEA NOT NULL
);

-- A date on which something must happen. (kind, ref) is one date; setting it again moves it.
CREATE TABLE due (
    kind        TEXT NOT NULL,
    ref         TEXT NOT NULL,
    at          BIGINT NOT NULL,
    next_try    BIGINT NOT NULL,
    attempts    BIGINT NOT NULL,
    fence       BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    PRIMARY KEY (kind, ref)
);
CREATE INDEX due_next ON due (next_try);

-- Keys. parent is an epoch (class, ratchet, cohort, index) or a cohort (unit).
CREATE TABLE epoch (
    id         TEXT PRIMARY KEY,
    generation BIGINT NOT NULL UNIQUE,
    state      TEXT NOT NULL,
    opened     BIGINT NOT NULL,
    died       BIGINT NOT NULL
);

CREATE TABLE class_key (
    id         TEXT PRIMARY KEY,
    scope      TEXT NOT NULL,
    class      TEXT NOT NULL,
    kind       TEXT NOT NULL,
    generation BIGINT NOT NULL,
    epoch      TEXT NOT NULL,
    created    BIGINT NOT NULL,
    wrapped    BYTEA NOT NULL,
    UNIQUE (scope, class, kind)
);
CREATE INDEX class_key_epoch ON class_key (epoch);

CREATE TABLE cohort_key (
    id         TEXT PRIMARY KEY,
    scope      TEXT NOT NULL,
    generation BIGINT NOT NULL,
    epoch      TEXT NOT NULL,
    units      BIGINT NOT NULL,
    dirty      BIGINT NOT NULL,
    wrapped    BYTEA NOT NULL
);
CREATE INDEX cohort_key_epoch ON cohort_key (epoch);
CREATE INDEX cohort_key_scope ON cohort_key (scope, units);

CREATE TABLE unit_key (
    id         TEXT PRIMARY KEY,
    cohort     TEXT NOT NULL,
    what       TEXT NOT NULL,
    generation BIGINT NOT NULL,
    wrapped    BYTEA NOT NULL
);
CREATE INDEX unit_key_cohort ON unit_key (cohort);

CREATE TABLE installation (
    id          TEXT PRIMARY KEY,
    app         TEXT NOT NULL,
    environment TEXT NOT NULL,
    site        TEXT NOT NULL,
    remote_id   TEXT NOT NULL,
    state       TEXT NOT NULL,
    installed   BIGINT NOT NULL,
    seen        BIGINT NOT NULL,
    paid_until  BIGINT NOT NULL,
    uninstalled BIGINT NOT NULL,
    effective   BIGINT NOT NULL,
    restricted  BIGINT NOT NULL,
    erased      BIGINT NOT NULL
);
CREATE UNIQUE INDEX installation_live ON installation (app, environment, remote_id) WHERE state <> 'erased';
CREATE INDEX installation_site ON installation (app, environment, site);

-- Ids of the product that a rescued installation had before: a late token with one of them is no new installation.
CREATE TABLE former_remote (
    installation TEXT NOT NULL,
    remote_id    TEXT NOT NULL,
    until        BIGINT NOT NULL,
    PRIMARY KEY (remote_id, installation)
);
CREATE INDEX former_remote_installation ON former_remote (installation);

-- The subjects a scope's items are about, found by blind index alone.
CREATE TABLE subject (
    id    TEXT PRIMARY KEY,
    scope TEXT NOT NULL,
    blind BYTEA NOT NULL,
    unit  TEXT NOT NULL,
    UNIQUE (scope, blind)
);

CREATE TABLE item (
    id       TEXT PRIMARY KEY,
    scope    TEXT NOT NULL,
    app      TEXT NOT NULL,
    category TEXT NOT NULL,
    name     BYTEA,
    subject  TEXT NOT NULL,
    version  BIGINT NOT NULL,
    fields   TEXT NOT NULL,
    stored   BIGINT NOT NULL,
    class    TEXT NOT NULL,
    unit     TEXT NOT NULL,
    envelope BYTEA NOT NULL
);
CREATE UNIQUE INDEX item_name ON item (scope, app, category, name);
CREATE INDEX item_class ON item (class);
CREATE INDEX item_age ON item (scope, category, stored);
CREATE INDEX item_subject ON item (subject);

CREATE TABLE entry (
    id       TEXT PRIMARY KEY,
    scope    TEXT NOT NULL,
    class    TEXT NOT NULL,
    at       BIGINT NOT NULL,
    kind     TEXT NOT NULL,
    category TEXT NOT NULL,
    purpose  TEXT NOT NULL,
    salt     BYTEA NOT NULL,
    envelope BYTEA NOT NULL,
    batch    TEXT NOT NULL
);
CREATE INDEX entry_age ON entry (scope, class, at);
CREATE INDEX entry_reads ON entry (category, purpose, at);
CREATE INDEX entry_queue ON entry (at) WHERE batch = '';

-- One act of erasure. epoch is the newest generation at the commit: when it and all before it are dead, nothing opens.
CREATE TABLE receipt (
    id             TEXT PRIMARY KEY,
    scope          TEXT NOT NULL,
    category       TEXT NOT NULL,
    class          TEXT NOT NULL,
    reason         TEXT NOT NULL,
    promise        TEXT NOT NULL,
    anchor         BIGINT NOT NULL,
    owed           BIGINT NOT NULL,
    unreachable    BIGINT NOT NULL,
    epoch          BIGINT NOT NULL,
    rows_gone      BIGINT NOT NULL,
    reclaimed      BIGINT NOT NULL,
    unrecoverable  BIGINT NOT NULL,
    fact           TEXT NOT NULL
);
CREATE INDEX receipt_scope ON receipt (scope, unreachable);
CREATE INDEX receipt_open ON receipt (epoch) WHERE unrecoverable = 0;
CREATE INDEX receipt_promise ON receipt (category, reason, unreachable);

CREATE TABLE app_key (
    id      TEXT PRIMARY KEY,
    app     TEXT NOT NULL,
    hash    BYTEA NOT NULL UNIQUE,
    created BIGINT NOT NULL,
    revoked BIGINT NOT NULL
);

CREATE TABLE credential (
    id           TEXT PRIMARY KEY,
    app          TEXT NOT NULL,
    installation TEXT NOT NULL,
    role         TEXT NOT NULL,
    hash         BYTEA NOT NULL UNIQUE,
    created      BIGINT NOT NULL,
    expires      BIGINT NOT NULL
);
CREATE INDEX credential_installation ON credential (installation);
CREATE INDEX credential_expires ON credential (expires);

-- An invocation token's id, kept until it has expired: a second use is a replay.
CREATE TABLE seen_token (
    hash    BYTEA PRIMARY KEY,
    expires BIGINT NOT NULL
);
CREATE INDEX seen_token_expires ON seen_token (expires);

CREATE TABLE staff (
    id          TEXT PRIMARY KEY,
    login       BYTEA NOT NULL UNIQUE,
    role        TEXT NOT NULL,
    password    BYTEA NOT NULL,
    must_change BIGINT NOT NULL,
    created     BIGINT NOT NULL,
    failures    BIGINT NOT NULL,
    locked      BIGINT NOT NULL
);

CREATE TABLE session (
    id      TEXT PRIMARY KEY,
    staff   TEXT NOT NULL,
    hash    BYTEA NOT NULL UNIQUE,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX session_expires ON session (expires);
CREATE INDEX session_staff ON session (staff);

-- A reply kept for a day, so that asking again does nothing twice; only replies without secrets and values are kept.
CREATE TABLE reply (
    hash     BYTEA PRIMARY KEY,
    request  BYTEA NOT NULL,
    status   BIGINT NOT NULL,
    body     BYTEA,
    expires  BIGINT NOT NULL
);
CREATE INDEX reply_expires ON reply (expires);

CREATE TABLE attestation (
    id      TEXT PRIMARY KEY,
    promise TEXT NOT NULL,
    staff   TEXT NOT NULL,
    role    TEXT NOT NULL,
    at      BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    fact    TEXT NOT NULL
);
CREATE INDEX attestation_promise ON attestation (promise, at);

CREATE TABLE publication (
    id       TEXT PRIMARY KEY,
    document TEXT NOT NULL,
    version  TEXT NOT NULL,
    digest   BYTEA NOT NULL,
    at       BIGINT NOT NULL,
    fact     TEXT NOT NULL
);
CREATE INDEX publication_document ON publication (document, at);

CREATE TABLE probe (
    id        TEXT PRIMARY KEY,
    promise   TEXT NOT NULL,
    hash      BYTEA NOT NULL,
    sent      BIGINT NOT NULL,
    expires   BIGINT NOT NULL,
    confirmed BIGINT NOT NULL,
    fact      TEXT NOT NULL
);
CREATE INDEX probe_promise ON probe (promise, confirmed);
