-- A company's own system may propose too: an override by API that needs a second person waits for one. Who agrees is
-- always a member of staff. Each kind of proposer is held by a reference of its own.
ALTER TABLE proposals DROP CONSTRAINT proposals_organisation_id_proposed_by_fkey;
ALTER TABLE proposals
    ADD COLUMN proposed_kind text NOT NULL DEFAULT 'staff' CHECK (proposed_kind IN ('staff', 'key')),
    ADD COLUMN proposed_staff uuid GENERATED ALWAYS AS (CASE WHEN proposed_kind = 'staff' THEN proposed_by END) STORED,
    ADD COLUMN proposed_key uuid GENERATED ALWAYS AS (CASE WHEN proposed_kind = 'key' THEN proposed_by END) STORED,
    -- A round is decided by whoever claimed it, and no machine claims one.
    ADD CONSTRAINT proposals_by_key CHECK (proposed_kind = 'staff' OR kind = 'override'),
    ADD FOREIGN KEY (organisation_id, proposed_staff) REFERENCES staff,
    ADD FOREIGN KEY (organisation_id, proposed_key) REFERENCES credentials;

-- "Nobody decides what they submitted" holds for a key as it does for a member of staff.
ALTER TABLE reviews DROP CONSTRAINT reviews_other_eyes;
ALTER TABLE reviews ADD CONSTRAINT reviews_other_eyes CHECK (
    decided_by IS NULL OR decided_kind NOT IN ('staff', 'key') OR submitted_kind <> decided_kind OR decided_by <> submitted_id
    OR decided_at = submitted_at OR decision = 'draft'
) NOT VALID;
