ALTER TABLE reviews DROP CONSTRAINT reviews_other_eyes;
ALTER TABLE reviews ADD CONSTRAINT reviews_other_eyes CHECK (
    decided_by IS NULL OR decided_kind <> 'staff' OR submitted_kind <> 'staff' OR decided_by <> submitted_id
    OR decided_at = submitted_at OR decision = 'draft'
) NOT VALID;
ALTER TABLE proposals DROP CONSTRAINT proposals_by_key;
DELETE FROM proposals WHERE proposed_kind = 'key';
ALTER TABLE proposals DROP COLUMN proposed_staff, DROP COLUMN proposed_key, DROP COLUMN proposed_kind;
ALTER TABLE proposals ADD FOREIGN KEY (organisation_id, proposed_by) REFERENCES staff;
