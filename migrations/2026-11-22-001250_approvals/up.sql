-- Overrides and revocations that a second person must agree to are proposals too. Each says what it is about: a decision
-- names its round, an override may name its check, a revocation makes a round of its own.
ALTER TABLE proposals DROP CONSTRAINT proposals_kind_check;
ALTER TABLE proposals ADD CONSTRAINT proposals_kind_check CHECK (kind IN ('decision', 'override', 'revocation'));
ALTER TABLE proposals ADD CONSTRAINT proposals_about CHECK (
    (kind = 'decision') = (review_id IS NOT NULL) AND (verification_id IS NULL OR kind = 'override')
);
-- Whoever sent it back or agreed is the same person in both columns; the clock is nobody.
ALTER TABLE proposals ADD CONSTRAINT proposals_settled CHECK (
    (settled_at IS NOT NULL OR settled_by IS NULL) AND (approved_by IS NULL OR approved_by = settled_by)
);
