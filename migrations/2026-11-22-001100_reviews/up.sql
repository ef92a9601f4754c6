-- Work on reviews: who may decide, who must agree, and the queue in the order in which it is due.

-- Nobody decides what they submitted. An override submits and decides a round in one step; sending one back decides nothing.
ALTER TABLE reviews ADD CONSTRAINT reviews_other_eyes CHECK (
    decided_by IS NULL OR decided_kind <> 'staff' OR submitted_kind <> 'staff' OR decided_by <> submitted_id
    OR decided_at = submitted_at OR decision = 'draft'
) NOT VALID;

-- What somebody decided and a second person must agree to: frozen, with the version of the data it was decided on.
CREATE TABLE proposals (
    organisation_id  uuid NOT NULL,
    id               uuid NOT NULL,
    customer_id      uuid NOT NULL,
    branch_id        uuid NOT NULL,
    -- The round it decides, or the check whose override it is; neither: an override of the customer.
    review_id        uuid,
    verification_id  uuid,
    kind             text NOT NULL CHECK (kind IN ('decision', 'override')),
    state            text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'approved', 'sent_back', 'lapsed', 'returned')),
    body             jsonb NOT NULL,
    customer_version integer NOT NULL,
    policy_version   integer NOT NULL,
    proposed_by      uuid NOT NULL,
    proposed_at      timestamptz NOT NULL,
    expires_at       timestamptz NOT NULL,
    approved_by      uuid,
    settled_by       uuid,
    settled_at       timestamptz,
    -- What the second person wants to see changed.
    points           text CHECK (length(points) <= 4000),
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers,
    FOREIGN KEY (organisation_id, branch_id) REFERENCES branches,
    FOREIGN KEY (organisation_id, review_id) REFERENCES reviews,
    FOREIGN KEY (organisation_id, verification_id) REFERENCES verifications,
    FOREIGN KEY (organisation_id, proposed_by) REFERENCES staff,
    FOREIGN KEY (organisation_id, approved_by) REFERENCES staff,
    -- Four eyes: whoever approves is somebody else, admins included.
    CHECK (approved_by <> proposed_by),
    CHECK ((state = 'approved') = (approved_by IS NOT NULL)),
    CHECK ((state = 'open') = (settled_at IS NULL))
);
-- One at a time for a customer: a second proposal would be about data that the first is going to change.
CREATE UNIQUE INDEX proposals_open ON proposals (organisation_id, customer_id) WHERE state = 'open';
CREATE INDEX proposals_open_by_age ON proposals (organisation_id, proposed_at, id) WHERE state = 'open';
CREATE INDEX proposals_review ON proposals (organisation_id, review_id, proposed_at DESC) WHERE review_id IS NOT NULL;
SELECT vouch_isolate('proposals'), vouch_grant('SELECT, INSERT, UPDATE', 'proposals');

-- The queue, by branch, by holder, and what waits for the customer.
CREATE INDEX reviews_open_branch ON reviews (organisation_id, branch_id, due_at, id) WHERE state = 'open';
CREATE INDEX reviews_waiting ON reviews (organisation_id, paused_at DESC, id DESC) WHERE state = 'waiting';
