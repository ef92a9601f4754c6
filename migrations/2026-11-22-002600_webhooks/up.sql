-- Where an organisation's own systems are told of what happened: an address, and what both sides sign with.
CREATE TABLE webhook_endpoints (
    organisation_id  uuid NOT NULL REFERENCES organisations,
    id               uuid NOT NULL,
    -- In whose language it is told.
    face             text NOT NULL CHECK (face IN ('truust', 'trustist', 'treezor', 'kontorion')),
    url              text NOT NULL CHECK (length(url) BETWEEN 1 AND 2000),
    -- What people call it; may be empty.
    name             text NOT NULL DEFAULT '' CHECK (length(name) <= 100),
    -- Names out of the catalogue. An endpoint that wants none would never be told anything.
    events           text[] NOT NULL CHECK (cardinality(events) > 0),
    -- Of whose customers it is told; null for all. An endpoint sees no more than the key that made it.
    branches         uuid[] CHECK (cardinality(branches) > 0),
    -- What both sides sign with, sealed under the organisation's key for this row alone.
    sealed_secret    text NOT NULL,
    -- The secret before it, with which each message is signed too for a day, so that receivers can change over.
    previous_secret  text,
    previous_until   timestamptz,
    -- Since when it is told nothing, and why: staff, the receiver said that it is gone (410), or it failed for days.
    disabled_at      timestamptz,
    disabled_because text CHECK (disabled_because IN ('staff', 'gone', 'failing')),
    -- Since when no attempt has succeeded.
    failing_since    timestamptz,
    created_by_kind  text NOT NULL CHECK (created_by_kind IN ('staff', 'key', 'console')),
    created_by_id    uuid,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT webhook_endpoints_previous CHECK ((previous_secret IS NULL) = (previous_until IS NULL)),
    CONSTRAINT webhook_endpoints_disabled CHECK ((disabled_at IS NULL) = (disabled_because IS NULL))
);

-- A message to one endpoint. Its id is the `webhook-id` of every attempt.
CREATE TABLE webhook_deliveries (
    organisation_id uuid NOT NULL,
    id              uuid NOT NULL,
    endpoint_id     uuid NOT NULL,
    event           text NOT NULL,
    -- What it is about, as the audit log names it; null for a test.
    subject_kind    text,
    subject_id      uuid,
    customer_id     uuid,
    branch_id       uuid,
    -- The key under which the body is sealed: the customer's, whose erasure destroys it; null for the organisation's.
    data_key        uuid,
    body            bytea NOT NULL,
    state           text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed', 'dropped')),
    -- How far along the schedule it is: attempts since it was made, or since somebody sent it again.
    tries           smallint NOT NULL DEFAULT 0 CHECK (tries >= 0),
    -- Attempts in all.
    attempts        integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_attempt_at timestamptz,
    created_at      timestamptz NOT NULL,
    ended_at        timestamptz,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, endpoint_id) REFERENCES webhook_endpoints ON DELETE CASCADE,
    CONSTRAINT webhook_deliveries_subject CHECK ((subject_kind IS NULL) = (subject_id IS NULL)),
    -- What is about a customer is sealed under that customer's key, and read by branch.
    CONSTRAINT webhook_deliveries_customer CHECK ((customer_id IS NULL) = (branch_id IS NULL) AND (customer_id IS NULL) = (data_key IS NULL)),
    CONSTRAINT webhook_deliveries_next CHECK ((state = 'pending') = (next_attempt_at IS NOT NULL)),
    CONSTRAINT webhook_deliveries_ended CHECK ((state = 'pending') = (ended_at IS NULL))
);
-- The log of an endpoint, whole and by state; and what is old enough to go.
CREATE INDEX webhook_deliveries_log ON webhook_deliveries (organisation_id, endpoint_id, created_at DESC, id DESC);
CREATE INDEX webhook_deliveries_by_state ON webhook_deliveries (organisation_id, endpoint_id, state, created_at DESC, id DESC);
CREATE INDEX webhook_deliveries_over ON webhook_deliveries (organisation_id, ended_at) WHERE ended_at IS NOT NULL;

-- What became of each attempt.
CREATE TABLE webhook_attempts (
    organisation_id uuid NOT NULL,
    delivery_id     uuid NOT NULL,
    number          integer NOT NULL CHECK (number > 0),
    at              timestamptz NOT NULL,
    -- What was answered; or, where nothing was, a code of why.
    status          smallint CHECK (status BETWEEN 100 AND 999),
    failure         text CHECK (failure IN ('refused', 'unreachable', 'timed_out', 'too_long')),
    -- The first bytes of the answer, sealed as the body is: a receiver may say anything in it.
    answer          bytea,
    milliseconds    integer NOT NULL CHECK (milliseconds >= 0),
    PRIMARY KEY (organisation_id, delivery_id, number),
    FOREIGN KEY (organisation_id, delivery_id) REFERENCES webhook_deliveries ON DELETE CASCADE,
    CONSTRAINT webhook_attempts_answered CHECK ((status IS NULL) = (failure IS NOT NULL))
);
SELECT vouch_isolate(t), vouch_grant('SELECT, INSERT, UPDATE, DELETE', t)
  FROM unnest(ARRAY['webhook_endpoints', 'webhook_deliveries', 'webhook_attempts']::regclass[]) AS t;

-- The two below are read by workers before they know a tenant, so they are without row-level security and hold ids and
-- times alone.

-- One for each endpoint: how many of its messages may be under way at once.
CREATE TABLE webhook_lanes (
    endpoint_id     uuid PRIMARY KEY,
    organisation_id uuid NOT NULL,
    -- Whether its last attempt failed. Such an endpoint has one attempt at a time, beside all others, so that nobody waits
    -- for it.
    failing         boolean NOT NULL DEFAULT false
);
CREATE INDEX webhook_lanes_tenant ON webhook_lanes (organisation_id, endpoint_id);

-- What is still to be delivered.
CREATE TABLE webhook_queue (
    delivery_id     uuid PRIMARY KEY,
    organisation_id uuid NOT NULL,
    endpoint_id     uuid NOT NULL,
    -- From when it may be taken: when the next attempt is due, or, while a worker holds it, when that one is given up.
    due_at          timestamptz NOT NULL,
    held            boolean NOT NULL DEFAULT false,
    -- How often it was taken. Only who took it last writes what became of it.
    claims          integer NOT NULL DEFAULT 0 CHECK (claims >= 0)
);
CREATE INDEX webhook_queue_due ON webhook_queue (endpoint_id, due_at, delivery_id);
CREATE INDEX webhook_queue_held ON webhook_queue (endpoint_id) WHERE held;
SELECT vouch_grant('SELECT, INSERT, UPDATE, DELETE', t) FROM unnest(ARRAY['webhook_lanes', 'webhook_queue']::regclass[]) AS t;
ALTER TABLE webhook_queue SET (autovacuum_vacuum_scale_factor = 0.01);
