-- Proofs that may come once: a signature, or Hawk's nonce with its time, hashed, until it would not be believed any more.
-- Nothing personal; read by exact hash before a tenant is known.
CREATE TABLE nonces (
    credential_id uuid NOT NULL,
    proof_hash    bytea NOT NULL,
    expires_at    timestamptz NOT NULL,
    PRIMARY KEY (credential_id, proof_hash)
);
CREATE INDEX nonces_expired ON nonces (expires_at);
SELECT vouch_grant('SELECT, INSERT, DELETE', 'nonces');

-- Customers for whom a machine named no branch: they are in the one that takes such, and a face shows none.
CREATE TABLE unnamed_branches (
    organisation_id uuid NOT NULL,
    customer_id     uuid NOT NULL,
    branch_id       uuid NOT NULL,
    PRIMARY KEY (organisation_id, customer_id),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers,
    FOREIGN KEY (organisation_id, branch_id) REFERENCES branches
);
SELECT vouch_isolate('unnamed_branches'), vouch_grant('SELECT, INSERT, DELETE', 'unnamed_branches');
