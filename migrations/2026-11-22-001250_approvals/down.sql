ALTER TABLE proposals DROP CONSTRAINT proposals_settled, DROP CONSTRAINT proposals_about, DROP CONSTRAINT proposals_kind_check;
DELETE FROM proposals WHERE kind = 'revocation';
ALTER TABLE proposals ADD CONSTRAINT proposals_kind_check CHECK (kind IN ('decision', 'override'));
