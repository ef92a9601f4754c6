-- A customer's own way in: a link, by which they confirm their data and hand in the papers that are asked for.
CREATE TABLE onboard_sessions (
    organisation_id uuid NOT NULL REFERENCES organisations,
    id              uuid NOT NULL,
    customer_id     uuid NOT NULL,
    state           text NOT NULL DEFAULT 'pending'
                    CHECK (state IN ('pending', 'in_progress', 'completed', 'failed', 'expired', 'cancelled')),
    -- What is asked for, whole, as the face echoes it.
    options         jsonb NOT NULL CHECK (jsonb_typeof(options) = 'object'),
    -- The caller's own code of a branch, as it was sent; moves nothing.
    org_id          text CHECK (length(org_id) BETWEEN 1 AND 100),
    -- Where the customer goes afterwards, by a plain link.
    return_url      text CHECK (return_url LIKE 'https://%' AND length(return_url) <= 2000),
    -- The link's token is made of the server's key, the id and this number.
    generation      integer NOT NULL DEFAULT 1 CHECK (generation > 0),
    -- When the customer last confirmed their data.
    confirmed_at    timestamptz,
    -- How many papers came in by the link.
    papers          integer NOT NULL DEFAULT 0 CHECK (papers >= 0),
    expires_at      timestamptz NOT NULL,
    created_by_kind text NOT NULL CHECK (created_by_kind IN ('staff', 'key', 'console')),
    created_by_id   uuid,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers
);
CREATE INDEX onboard_sessions_of_customer ON onboard_sessions (organisation_id, customer_id, created_at DESC, id DESC);
-- What the clock looks for.
CREATE INDEX onboard_sessions_open ON onboard_sessions (organisation_id, expires_at) WHERE state IN ('pending', 'in_progress');
SELECT vouch_isolate('onboard_sessions'), vouch_grant('SELECT, INSERT, UPDATE', 'onboard_sessions');

-- Finds a session by the exact hash of its token before the tenant is known: without row-level security, and with nothing
-- about anybody. The row goes when the session is over, so that its link leads nowhere.
CREATE TABLE onboard_index (
    token_hash      bytea PRIMARY KEY CHECK (length(token_hash) = 32),
    organisation_id uuid NOT NULL,
    session_id      uuid NOT NULL,
    FOREIGN KEY (organisation_id, session_id) REFERENCES onboard_sessions
);
CREATE INDEX onboard_index_session ON onboard_index (organisation_id, session_id);
SELECT vouch_grant('SELECT, INSERT, DELETE', 'onboard_index');

INSERT INTO lawful_moves VALUES
    ('onboarding', 'pending', 'in_progress'),
    ('onboarding', 'pending', 'expired'),
    ('onboarding', 'pending', 'cancelled'),
    ('onboarding', 'in_progress', 'completed'),
    ('onboarding', 'in_progress', 'failed'),
    ('onboarding', 'in_progress', 'expired'),
    ('onboarding', 'in_progress', 'cancelled');
CREATE TRIGGER lawful_move BEFORE UPDATE OF state ON onboard_sessions FOR EACH ROW
    WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION hold_lawful('onboarding', 'state');
CREATE TRIGGER hold_first BEFORE INSERT ON onboard_sessions FOR EACH ROW WHEN (NEW.state <> 'pending') EXECUTE FUNCTION hold_first('state');
-- What was asked for, and of whom, stays.
CREATE TRIGGER hold_asked BEFORE UPDATE ON onboard_sessions FOR EACH ROW
    EXECUTE FUNCTION hold_fixed('customer_id', 'options', 'org_id', 'return_url', 'expires_at', 'created_by_kind', 'created_by_id', 'created_at');
