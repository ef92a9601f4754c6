-- Lists of names that the operator loads (`vouch watchlist import`): sanctions, persons of public life. They are published
-- and belong to no tenant. Only the role that owns the schema writes them.
CREATE TABLE watchlists (
    name      text PRIMARY KEY CHECK (name ~ '^[a-z0-9][a-z0-9_.-]{0,62}$'),
    entries   bigint NOT NULL,
    loaded_at timestamptz NOT NULL
);
CREATE TABLE watchlist_entries (
    list         text NOT NULL,
    id           text NOT NULL,
    -- What it is about: Person, Company, Vessel, …
    schema       text NOT NULL,
    name         text NOT NULL,
    -- Years or days, as the list has them; several where sources differ.
    birth_dates  text[] NOT NULL,
    countries    text[] NOT NULL,
    -- All else that the list says.
    details      jsonb NOT NULL,
    -- SHA-256 over what the entry means: it changes when the entry does, and not when the list is published anew.
    hash         bytea NOT NULL,
    PRIMARY KEY (list, id)
);
-- Each name of an entry as it is compared: words in small letters A to Z. `keys` are the sounds of each pair of its words;
-- names that may be the same share one.
CREATE TABLE watchlist_names (
    list     text NOT NULL,
    entry_id text NOT NULL,
    name     text NOT NULL,
    keys     text[] NOT NULL
);
CREATE INDEX watchlist_names_keys ON watchlist_names USING gin (keys);
CREATE INDEX watchlist_names_list ON watchlist_names (list);
SELECT vouch_grant('SELECT', 'watchlists'), vouch_grant('SELECT', 'watchlist_entries'), vouch_grant('SELECT', 'watchlist_names');

-- A customer whose name is like one on a list, until an officer says whether they are the same.
CREATE TABLE hits (
    organisation_id uuid NOT NULL,
    id              uuid NOT NULL,
    customer_id     uuid NOT NULL,
    -- The check that found it.
    verification_id uuid NOT NULL,
    list            text NOT NULL,
    entry_id        text NOT NULL,
    -- The entry as it was then: the list may change.
    entry           jsonb NOT NULL,
    entry_hash      bytea NOT NULL,
    -- Which of the customer's names it was, and how alike they are, of 100.
    name            text NOT NULL,
    score           smallint NOT NULL CHECK (score BETWEEN 0 AND 100),
    state           text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'cleared', 'confirmed')),
    found_at        timestamptz NOT NULL,
    settled_kind    text CHECK (settled_kind IN ('staff', 'key', 'customer', 'clock', 'console')),
    settled_by      uuid,
    settled_at      timestamptz,
    -- Why, sealed under the customer's key.
    sealed_reason   text,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers,
    FOREIGN KEY (organisation_id, verification_id) REFERENCES verifications,
    -- An entry that did not change is judged once.
    UNIQUE (organisation_id, customer_id, list, entry_id, entry_hash),
    CHECK ((state = 'open') = (settled_at IS NULL))
);
CREATE INDEX hits_open ON hits (organisation_id, found_at, id) WHERE state = 'open';
CREATE INDEX hits_verification ON hits (organisation_id, verification_id);
SELECT vouch_isolate('hits'), vouch_grant('SELECT, INSERT, UPDATE, DELETE', 'hits');
