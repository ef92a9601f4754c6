-- What a machine was answered to a POST that it named by an Idempotency-Key, so that whoever lost the answer may ask
-- again: written in the same transaction as the effect. The name and the request are hashed, the answer is sealed under
-- the organisation's key. Without an answer: the request is still at work, until its lease ends.
CREATE TABLE idempotency_records (
    organisation_id uuid NOT NULL,
    credential_id   uuid NOT NULL,
    key_hash        bytea NOT NULL,
    request_hash    bytea NOT NULL,
    answer          text,
    lease_ends_at   timestamptz,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, credential_id, key_hash),
    CHECK ((answer IS NULL) = (lease_ends_at IS NOT NULL))
);
CREATE INDEX idempotency_records_old ON idempotency_records (organisation_id, created_at);
SELECT vouch_isolate('idempotency_records'), vouch_grant('SELECT, INSERT, UPDATE, DELETE', 'idempotency_records');
