-- Long work: a file that takes longer to make than a page may take. Read by the worker before it knows a tenant, so
-- without row-level security and without anything personal: ids, counts, and what was asked for as ciphertext.
CREATE TABLE jobs (
    id              uuid PRIMARY KEY,
    organisation_id uuid NOT NULL,
    -- Who asked for it, and alone may see it, besides the admins of the organisation.
    staff_id        uuid NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('casefile')),
    -- Whom it is about, where it is about one. No foreign key: a job never keeps a customer from being erased.
    customer_id     uuid,
    state           text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed', 'canceled')),
    -- How much of it is done, of how much; of an unknown whole while the total is zero.
    done            bigint NOT NULL DEFAULT 0 CHECK (done >= 0),
    total           bigint NOT NULL DEFAULT 0 CHECK (total >= 0),
    -- How often it was begun; a result is written under the number of its attempt, so that no two write one.
    attempt         integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    -- Until when the server that works on it is believed to be alive. It says so again while it works.
    lease_ends_at   timestamptz,
    -- It is not begun (again) before this.
    not_before      timestamptz NOT NULL,
    -- The result: how many sealed pieces, and how many bytes they are when opened.
    pieces          integer CHECK (pieces > 0),
    size            bigint CHECK (size >= 0),
    -- Why it failed: a code.
    failure         text,
    created_at      timestamptz NOT NULL,
    ended_at        timestamptz,
    FOREIGN KEY (organisation_id, staff_id) REFERENCES staff,
    CONSTRAINT jobs_running_leased CHECK ((state = 'running') = (lease_ends_at IS NOT NULL)),
    CONSTRAINT jobs_done_has_result CHECK ((state = 'done') = (pieces IS NOT NULL) AND (pieces IS NULL) = (size IS NULL)),
    CONSTRAINT jobs_failed_because CHECK ((state = 'failed') = (failure IS NOT NULL)),
    CONSTRAINT jobs_over_since CHECK ((state IN ('queued', 'running')) = (ended_at IS NULL))
);
-- What a worker may take, and what is old enough to go.
CREATE INDEX jobs_to_do ON jobs (not_before, id) WHERE state IN ('queued', 'running');
CREATE INDEX jobs_over ON jobs (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX jobs_of_staff ON jobs (organisation_id, staff_id, created_at DESC);
SELECT vouch_grant('SELECT, INSERT, UPDATE, DELETE', 'jobs');
