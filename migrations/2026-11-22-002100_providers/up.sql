-- Providers of checks that are reached over HTTP, as an organisation's admin sets them up.
CREATE TABLE providers (
    organisation_id uuid NOT NULL REFERENCES organisations,
    id              uuid NOT NULL,
    -- What a check names as its provider.
    name            text NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9_.-]{0,62}$' AND name NOT IN ('manual', 'vouch_checks', 'watchlist')),
    url             text NOT NULL CHECK (length(url) <= 2000),
    -- What both sides sign with, sealed under the organisation's key for this row alone.
    sealed_secret   text NOT NULL,
    -- How long all attempts at one question may take together.
    timeout_seconds smallint NOT NULL CHECK (timeout_seconds BETWEEN 1 AND 8),
    added_by        uuid NOT NULL,
    created_at      timestamptz NOT NULL,
    disabled_at     timestamptz,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, added_by) REFERENCES staff
);
CREATE UNIQUE INDEX providers_name ON providers (organisation_id, name) WHERE disabled_at IS NULL;
SELECT vouch_isolate('providers'), vouch_grant('SELECT, INSERT, UPDATE', 'providers');
