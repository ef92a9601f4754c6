-- The queue: its lists by branch, and the views that people keep of it.

CREATE INDEX reviews_waiting_branch ON reviews (organisation_id, branch_id, paused_at DESC, id DESC) WHERE state = 'waiting';
CREATE INDEX reviews_decided_branch ON reviews (organisation_id, branch_id, decided_at DESC, id DESC) WHERE state = 'decided';
CREATE INDEX proposals_open_branch ON proposals (organisation_id, branch_id, proposed_at, id) WHERE state = 'open';

-- What has no time stands on no page of a list that is in the order of time.
ALTER TABLE reviews ADD CONSTRAINT reviews_open_is_due CHECK (state <> 'open' OR due_at IS NOT NULL) NOT VALID;
ALTER TABLE reviews ADD CONSTRAINT reviews_waiting_since CHECK (state <> 'waiting' OR paused_at IS NOT NULL) NOT VALID;

-- A list with its filters, under a name: for whoever saved it, or for all colleagues.
CREATE TABLE saved_views (
    organisation_id uuid NOT NULL,
    id              uuid NOT NULL,
    staff_id        uuid NOT NULL,
    scope           text NOT NULL CHECK (scope IN ('mine', 'team')),
    name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    -- The query of the list's address, without its page.
    query           text NOT NULL CHECK (length(query) <= 2000),
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, staff_id) REFERENCES staff
);
CREATE INDEX saved_views_staff ON saved_views (organisation_id, staff_id);
SELECT vouch_isolate('saved_views'), vouch_grant('SELECT, INSERT, DELETE', 'saved_views');
