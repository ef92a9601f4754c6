-- How far each chain has been re-computed and found whole by the server itself, and what it found first where it was not.
CREATE TABLE audit_verifications (
    organisation_id uuid PRIMARY KEY,
    sequence        bigint NOT NULL,
    chain_hash      bytea NOT NULL CHECK (length(chain_hash) = 32),
    verified_at     timestamptz NOT NULL,
    -- NULL while all is well.
    finding         text,
    -- The last signed checkpoint that left the database.
    checkpoint_size bigint,
    checkpoint_at   timestamptz
);
SELECT vouch_isolate('audit_verifications'), vouch_grant('SELECT, INSERT, UPDATE', 'audit_verifications');
